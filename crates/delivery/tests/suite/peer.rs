//! A mail server that follows a script and keeps a ledger of what it was told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use otpd_delivery::{Encryption, Login, SmtpConfig, SmtpTransport};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What the server does instead of accepting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Accept,
    /// On connecting: 421 and away.
    GreetBusy,
    /// On connecting: something that is no SMTP.
    GreetGarbage,
    /// On connecting: not a word.
    GreetHang,
    /// At the login: 535.
    RefuseLogin,
    /// At MAIL FROM: 550.
    RefuseSender,
    /// At RCPT TO: 451.
    DeferRecipient,
    /// At RCPT TO: 550, with the address in the text as servers do.
    RefuseRecipient,
    /// At RCPT TO: not a word.
    HangAtRecipient,
    /// At DATA: the line breaks.
    DropAtData,
    /// After the text: 451.
    DeferText,
    /// After the text: 554.
    RefuseText,
    /// After the text: not a word.
    HangAfterText,
    /// After the text: the line breaks.
    DropAfterText,
    /// After the text: something that is no SMTP.
    GarbageAfterText,
    /// Accepts, and closes the line without being asked to.
    AcceptAndClose,
}

impl Act {
    fn is_for_connecting(self) -> bool {
        matches!(self, Self::GreetBusy | Self::GreetGarbage | Self::GreetHang | Self::RefuseLogin)
    }
}

#[derive(Default)]
struct Ledger {
    acts: VecDeque<Act>,
    commands: Vec<String>,
    texts: Vec<String>,
    connections: usize,
}

pub struct Peer {
    pub port: u16,
    ledger: Arc<Mutex<Ledger>>,
}

impl Peer {
    /// Follows the script, one act a connection or mail; afterwards it accepts.
    pub async fn start(acts: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let ledger = Arc::new(Mutex::new(Ledger { acts: acts.iter().copied().collect(), ..Ledger::default() }));
        let kept = Arc::clone(&ledger);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let ledger = Arc::clone(&kept);
                ledger.lock().expect("no panic").connections += 1;
                tokio::spawn(async move { Dialogue::new(stream, ledger).run().await });
            }
        });
        Self { port, ledger }
    }

    /// A transport that sends to this server.
    pub fn transport(&self) -> SmtpTransport {
        self.transport_with(|_| {})
    }

    pub fn transport_with(&self, change: impl FnOnce(&mut SmtpConfig)) -> SmtpTransport {
        let mut config = SmtpConfig {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            encryption: Encryption::None,
            login: Some(Login { username: "otpd".to_owned(), password: "secret".into() }),
            timeout: Duration::from_millis(300),
            ca_file: None,
            hello_name: "portal.example".to_owned(),
            idle_connections: 4,
        };
        change(&mut config);
        SmtpTransport::new(config).expect("a transport")
    }

    /// The texts that came over completely, whatever the server said to them.
    pub fn texts(&self) -> Vec<String> {
        self.ledger.lock().expect("no panic").texts.clone()
    }

    /// The commands, without their line ends.
    pub fn commands(&self) -> Vec<String> {
        self.ledger.lock().expect("no panic").commands.clone()
    }

    pub fn connections(&self) -> usize {
        self.ledger.lock().expect("no panic").connections
    }
}

struct Dialogue {
    lines: BufReader<OwnedReadHalf>,
    out: OwnedWriteHalf,
    ledger: Arc<Mutex<Ledger>>,
}

impl Dialogue {
    fn new(stream: TcpStream, ledger: Arc<Mutex<Ledger>>) -> Self {
        let (input, out) = stream.into_split();
        Self { lines: BufReader::new(input), out, ledger }
    }

    fn next_act(&self, wanted: impl Fn(Act) -> bool) -> Option<Act> {
        let acts = &mut self.ledger.lock().expect("no panic").acts;
        acts.front().copied().filter(|act| wanted(*act)).and_then(|_| acts.pop_front())
    }

    async fn say(&mut self, reply: &str) {
        // The other side may be gone.
        let _ = self.out.write_all(format!("{reply}\r\n").as_bytes()).await;
    }

    async fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.lines.read_line(&mut line).await {
            Ok(length) if length > 0 => Some(line.trim_end_matches(['\r', '\n']).to_owned()),
            _ => None,
        }
    }

    /// Keeps the line open and says nothing, until the other side leaves.
    async fn hang(&mut self) {
        while self.hear().await.is_some() {}
    }

    async fn run(mut self) {
        let act = self.next_act(Act::is_for_connecting);
        match act {
            Some(Act::GreetBusy) => return self.say("421 4.3.2 Too busy").await,
            Some(Act::GreetGarbage) => return self.say("HTTP/1.1 400 Bad Request").await,
            Some(Act::GreetHang) => return self.hang().await,
            _ => self.say("220 peer.example ESMTP").await,
        }
        let mut mail = Act::Accept;
        while let Some(command) = self.hear().await {
            self.ledger.lock().expect("no panic").commands.push(command.clone());
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.say("250-peer.example\r\n250 AUTH PLAIN LOGIN").await,
                "AUTH" if act == Some(Act::RefuseLogin) => self.say("535 5.7.8 Bad credentials").await,
                "AUTH" => self.say("235 2.7.0 Welcome").await,
                "MAIL" => {
                    mail = self.next_act(|_| true).unwrap_or(Act::Accept);
                    self.answer(mail == Act::RefuseSender, "550 5.7.1 Not your address").await;
                }
                "RCPT" if mail == Act::HangAtRecipient => return self.hang().await,
                "RCPT" if mail == Act::DeferRecipient => self.say("451 4.7.1 Later").await,
                "RCPT" => {
                    let refusal = format!("550 5.1.1 {command}: no such mailbox");
                    self.answer(mail == Act::RefuseRecipient, &refusal).await;
                }
                "DATA" if mail == Act::DropAtData => return,
                "DATA" => {
                    self.say("354 Go on").await;
                    if !self.take_text(mail).await {
                        return;
                    }
                }
                "RSET" | "NOOP" => self.say("250 2.0.0 Ok").await,
                "QUIT" => return self.say("221 2.0.0 Bye").await,
                _ => self.say("502 5.5.2 What?").await,
            }
        }
    }

    async fn answer(&mut self, refused: bool, refusal: &str) {
        self.say(if refused { refusal } else { "250 2.1.0 Ok" }).await;
    }

    /// Whether the dialogue goes on.
    async fn take_text(&mut self, act: Act) -> bool {
        let mut text = String::new();
        loop {
            match self.hear().await {
                Some(line) if line == "." => break,
                Some(line) => {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push_str("\r\n");
                }
                None => return false,
            }
        }
        self.ledger.lock().expect("no panic").texts.push(text);
        match act {
            Act::DeferText => self.say("451 4.3.0 Later").await,
            Act::RefuseText => self.say("554 5.6.0 No").await,
            Act::GarbageAfterText => self.say("Segmentation fault").await,
            Act::HangAfterText => self.hang().await,
            Act::DropAfterText => return false,
            _ => self.say("250 2.0.0 Queued as 4711").await,
        }
        act != Act::AcceptAndClose
    }
}

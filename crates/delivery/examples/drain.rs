//! Temporary measurement.
use std::sync::Arc;
use std::time::{Duration, Instant};
#[path = "../tests/suite/world.rs"]
#[allow(dead_code)]
mod world;
use otpd_delivery::*;
use otpd_domain::identifier::Channel;
use otpd_domain::sign_in::{RequestCode, request_code};

fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let f: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    (f[11].parse::<f64>().unwrap_or(0.0) + f[12].parse::<f64>().unwrap_or(0.0)) / 100.0
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let mail = std::env::args().nth(1).as_deref() == Some("mail");
    let n: usize = std::env::args().nth(2).and_then(|n| n.parse().ok()).unwrap_or(30_000);
    let world = world::World::new();
    let (email, phone) = world.customer().await;
    let id = if mail { email } else { phone };
    let start = Instant::now();
    let per = n / 256;
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..256 {
        let (domain, id) = (world.domain.clone(), id.clone());
        set.spawn(async move {
            for _ in 0..per {
                let input = RequestCode { identifier: id.clone(), pending: None, language: "en".to_owned() };
                request_code(&domain, input).await.expect("request");
            }
        });
    }
    while set.join_next().await.is_some() {}
    let total = per * 256;
    println!("filled {total} in {:?}, cpu {:.2}", start.elapsed(), cpu());
    let renderer = world::renderer();
    let message_id =
        otpd_domain::message::MessageId::generate(world.domain.clock.now(), world.domain.entropy.as_ref()).expect("id");
    let code = otpd_domain::code::Code::generate(world.domain.entropy.as_ref(), world.domain.policy.code_length)
        .expect("code");
    let content = otpd_domain::message::MessageContent {
        to: id.as_str().to_owned(),
        code,
        valid_seconds: 300,
        language: "en".into(),
    };
    let t = Instant::now();
    for _ in 0..10_000 {
        renderer
            .render(&Draft {
                id: message_id,
                channel: id.channel(),
                content: &content,
                recipient_name: Some("Asha"),
                recipient_language: None,
            })
            .expect("r");
    }
    println!("render: {:?} each", t.elapsed() / 10_000);
    let folder = tempfile::tempdir().expect("folder");
    let file: Arc<dyn Transport> =
        Arc::new(FileTransport::open(&folder.path().join("m"), world.clock.clone()).expect("f"));
    let worker = world.worker(file.clone(), file, WorkerConfig::default());
    let (c0, t0) = (cpu(), Instant::now());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        worker
            .run(async {
                let _ = stopped.await;
            })
            .await
    });
    while world.domain.ports.outbox.next_due_at(&[Channel::Sms, Channel::Email]).await.expect("s").is_some() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (e, c) = (t0.elapsed(), cpu() - c0);
    println!(
        "drained in {e:?}: {:.0}/s, cpu {c:.2} s = {:.1} us each",
        total as f64 / e.as_secs_f64(),
        c * 1e6 / total as f64
    );
    let _ = stop.send(());
    task.await.expect("t");
}

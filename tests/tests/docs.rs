//! The commands in the documentation are true: every block marked for it is run as it stands.
//!
//! Each document has a folder of its own, and its marked blocks are taken in order. What marks a fenced block is its info
//! string:
//!
//! - `sh test`: run by `bash -eu` with the binary under test first in `PATH`; it must succeed;
//! - `sh test server`: its last command goes on running while the blocks below it are run, which begins as soon as
//!   `/health/ready` answers on the default port;
//! - `toml file otpd.toml`, with any language and name: written to that file;
//! - `rust example client.rs`: must be the example of this crate of that name, which is in `PATH` below it.
//!
//! In `PATH` is also the Python that has the packages of `tests/peers/requirements.txt`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use otpd_tests::http::{self, Request};
use otpd_tests::otpd::{binary, repository};
use otpd_tests::{peers, poll};
use tokio::process::{Child, Command};

/// Longer than any command of the documentation takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A marked block.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    purpose: Purpose,
    content: String,
}

/// What is done with a block.
#[derive(Debug, PartialEq, Eq)]
enum Purpose {
    Run,
    Serve,
    Write(String),
    Example(String),
}

impl Purpose {
    /// The purpose that an info string tells.
    fn of(info: &str) -> Option<Self> {
        match info.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["sh", "test"] => Some(Self::Run),
            ["sh", "test", "server"] => Some(Self::Serve),
            [_, "file", name] => Some(Self::Write((*name).to_owned())),
            [_, "example", name] => Some(Self::Example((*name).to_owned())),
            _ => None,
        }
    }
}

#[tokio::test]
async fn every_marked_command_works() {
    let mut run = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).expect("it can be read");
        run += run_all(&document, &blocks(&text)).await;
    }
    println!("{run} blocks ran");
    assert!(run > 0, "no block is marked `sh test`");
}

async fn run_all(document: &Path, blocks: &[Block]) -> usize {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut servers = Vec::new();
    for block in blocks {
        let place = format!("{}:{}", document.display(), block.line);
        println!("{place}\n{}", block.content);
        match &block.purpose {
            Purpose::Run => run(folder.path(), block, &place).await,
            Purpose::Serve => servers.push(serve(folder.path(), block, &place).await),
            Purpose::Write(name) => {
                std::fs::write(folder.path().join(name), &block.content).expect("it can be written");
            }
            Purpose::Example(name) => {
                let source = repository().join("tests/examples").join(name);
                let source = std::fs::read_to_string(source).unwrap_or_else(|error| panic!("{place}: {name}: {error}"));
                assert!(source == block.content, "{place} is not tests/examples/{name}: copy it there, or back");
            }
        }
    }
    blocks.iter().filter(|block| block.purpose == Purpose::Run).count()
}

async fn run(folder: &Path, block: &Block, place: &str) {
    let running = shell(folder, &block.content).output();
    let output = tokio::time::timeout(PATIENCE, running).await.unwrap_or_else(|_| panic!("{place}: no end"));
    let output = output.expect("bash runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{place}: {}\n{}\n{out}{err}", output.status, block.content);
}

async fn serve(folder: &Path, block: &Block, place: &str) -> Child {
    // The last command takes the shell's place, so that ending the one ends the other.
    let (before, last) = block.content.trim_end().rsplit_once('\n').unwrap_or(("", &block.content));
    let mut server = shell(folder, &format!("{before}\nexec {last}")).kill_on_drop(true).spawn().expect("bash starts");
    let default = ([127, 0, 0, 1], 8080).into();
    poll::until(place, Duration::from_secs(10), async || {
        assert!(server.try_wait().expect("its state").is_none(), "{place} ended");
        http::send(default, &Request::new("GET", "/health/ready")).await.ok().filter(|reply| reply.status == 200)
    })
    .await;
    server
}

fn shell(folder: &Path, commands: &str) -> Command {
    let folder_of = |file: PathBuf| file.parent().expect("its folder").to_owned();
    // target/debug/deps/docs-0123 lies beside target/debug/examples.
    let examples = folder_of(folder_of(std::env::current_exe().expect("the path of the test"))).join("examples");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = [folder_of(binary()), examples, folder_of(peers::python())];
    let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path))).expect("a path");
    let mut command = Command::new("bash");
    command.args(["-eu", "-c", commands]).current_dir(folder).env("PATH", path).stdin(Stdio::null());
    // A reader has none of the variables that steer these tests, and otpd refuses those it does not know.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("OTPD_")) {
        command.env_remove(name);
    }
    command
}

/// `README.md` and everything in `docs/`.
fn documents() -> Vec<PathBuf> {
    let mut folders = vec![repository().join("docs")];
    let mut found = vec![repository().join("README.md")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "md") {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else { continue };
        let indent = line.len() - line.trim_start().len();
        let content = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```");
        let content: Vec<&str> = content.map(|line| line.get(indent..).unwrap_or_default()).collect();
        if let Some(purpose) = Purpose::of(info) {
            found.push(Block { line: number + 1, purpose, content: content.join("\n") + "\n" });
        }
    }
    found
}

#[test]
fn marked_blocks_are_found() {
    let text = "# x\n```sh\nno\n```\n```sh test\nyes\nand yes\n```\n- a\n  ```toml file a.toml\n  a = 1\n  ```\n";
    let expected = [
        Block { line: 5, purpose: Purpose::Run, content: "yes\nand yes\n".to_owned() },
        Block { line: 10, purpose: Purpose::Write("a.toml".to_owned()), content: "a = 1\n".to_owned() },
    ];
    assert_eq!(blocks(text), expected);
}

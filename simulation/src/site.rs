//! The server: its store on a file, its rules, its worker; and how it dies and comes back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use otpd_delivery::{Bell, RenderConfig, Renderer, Transports, Worker, WorkerConfig};
use otpd_domain::keys::{KeyId, SECRET_BYTES, Secret};
use otpd_domain::{Clock, Domain, Entropy, Keyring, Policy, Ports, Timestamp};
use otpd_store::sqlite::{Options, ServingLock, SqliteStore, migrate_to};
use otpd_templating::{Brand, Templates};
use otpd_testkit::{NoBell, SeededEntropy, TestHasher, TestProofs, TestTokens};
use tempfile::TempDir;

use crate::home::Home;
use crate::ports::watched;
use crate::post::Post;
use crate::remains;
use crate::stage::Stage;

/// Where files lie that need not outlive the machine: a commit takes no time there.
const IN_MEMORY: &str = "/dev/shm";

/// What outlives the process.
#[derive(Clone)]
struct Lasting {
    stage: Arc<Stage>,
    post: Arc<Post>,
    renderer: Renderer,
    keys: Arc<Keyring>,
    entropy: Arc<SeededEntropy>,
    policy: Arc<Policy>,
    home: Home,
}

/// A process that serves.
struct Process {
    store: SqliteStore,
    lock: ServingLock,
    domain: Domain,
    worker: Worker,
}

/// The server.
pub struct Site {
    lasting: Lasting,
    folder: TempDir,
    generation: u32,
    process: Option<Process>,
}

impl Site {
    /// A server with an empty database.
    pub fn new(stage: &Arc<Stage>, keys: Arc<Keyring>, policy: Policy, home: Home, seed: u64) -> Self {
        let folder = folder();
        migrate_to(&path_of(&folder, 0), None).expect("an empty database takes every migration");
        let lasting = Lasting {
            stage: Arc::clone(stage),
            post: Arc::new(Post::new(Arc::clone(stage))),
            renderer: renderer(),
            keys,
            entropy: Arc::new(SeededEntropy::new(seed)),
            policy: Arc::new(policy),
            home,
        };
        let mut site = Self { lasting, folder, generation: 0, process: None };
        site.open();
        site
    }

    /// The rules.
    pub fn domain(&self) -> Domain {
        self.process().domain.clone()
    }

    /// The delivery worker.
    pub fn worker(&self) -> Worker {
        self.process().worker.clone()
    }

    /// The mail server and the SMS provider.
    pub fn post(&self) -> &Post {
        &self.lasting.post
    }

    /// Stops in order and starts again.
    pub fn restart(&mut self) {
        let Some(Process { store, lock, .. }) = self.process.take() else { return };
        self.lasting.stage.set_truth(None);
        self.lasting.stage.wait(store.close());
        drop((store, lock));
        self.open();
    }

    /// Dies as by `kill -9` and starts again: on the files as they were at that moment, with half a write at the end.
    pub fn crash(&mut self) {
        let old = path_of(&self.folder, self.generation);
        self.generation += 1;
        let new = path_of(&self.folder, self.generation);
        remains::leave(&old, &new, &self.lasting.stage.dice);
        self.lasting.stage.set_truth(None);
        self.process = None;
        remains::remove(&old);
        self.open();
    }

    fn process(&self) -> &Process {
        self.process.as_ref().expect("a site is open between its restarts")
    }

    /// As a server starts: it has the database for itself, and what its predecessor held is given back, or gone.
    fn open(&mut self) {
        let lasting = &self.lasting;
        let path = path_of(&self.folder, self.generation);
        let store = SqliteStore::open(&path, Options::default()).expect("a database that a process left opens again");
        let lock = store.lock_for_serving().expect("nobody else serves from it");
        lasting.stage.wait(store.recover(&lock)).expect("a store without faults recovers");
        lasting.stage.witness().started();
        let ports = store.ports(Arc::new(NoBell), Arc::new(TestHasher), Arc::new(TestTokens), Arc::new(TestProofs));
        let ports = Ports { challenges: lasting.home.open(&store), ..ports };
        lasting.stage.set_truth(Some(ports.clone()));
        let domain = Domain {
            ports: watched(ports, &lasting.stage),
            clock: Arc::new(StageClock(Arc::clone(&lasting.stage))),
            entropy: Arc::clone(&lasting.entropy) as Arc<dyn Entropy>,
            keys: Arc::clone(&lasting.keys),
            policy: Arc::clone(&lasting.policy),
            contacts: otpd_domain::identifier::ContactParser::default(),
        };
        let post = Arc::clone(&lasting.post);
        let transports = Transports { email: post.clone(), sms: post };
        let worker =
            Worker::new(domain.clone(), Bell::new(), lasting.renderer.clone(), transports, WorkerConfig::default());
        self.process = Some(Process { store, lock, domain, worker });
    }
}

struct StageClock(Arc<Stage>);

impl Clock for StageClock {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

/// Keys from the seed.
pub fn keyring(seed: u64) -> Keyring {
    let mut bytes = zeroize::Zeroizing::new([0; SECRET_BYTES]);
    SeededEntropy::new(seed).fill(bytes.as_mut_slice()).expect("seeded entropy does not fail");
    Keyring::new(vec![Secret { id: KeyId(1), bytes }]).expect("one key")
}

/// A folder that need not outlive the machine.
pub fn folder() -> TempDir {
    let in_memory = Path::new(IN_MEMORY);
    let made = if in_memory.is_dir() { tempfile::tempdir_in(in_memory) } else { tempfile::tempdir() };
    made.expect("a folder for the database")
}

fn renderer() -> Renderer {
    let brand = Brand { name: "Waste Billing".to_owned(), color: "#0b6e4f".to_owned(), logo: None };
    let templates = Templates::load(None, brand, "en").expect("the templates that are shipped");
    let config = RenderConfig {
        public_host: "portal.example".to_owned(),
        from: "Waste Billing <noreply@portal.example>".to_owned(),
        verification_templates: Vec::new(),
    };
    Renderer::new(templates, config).expect("the templates that are shipped are right")
}

fn path_of(folder: &TempDir, generation: u32) -> PathBuf {
    folder.path().join(format!("otpd-{generation}.db"))
}

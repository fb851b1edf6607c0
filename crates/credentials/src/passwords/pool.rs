//! The threads that hash, and the bounded queue before them.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use otpd_domain::ports::HashError;
use tokio::sync::oneshot;

use super::argon2id::Memory;

/// How many threads hash, and how many callers may wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolConfig {
    /// Threads; each keeps 19 MiB from its first hash on. At least one is started.
    pub threads: usize,
    /// Callers that may wait beside those being served; one more is told that the server is busy.
    pub waiting: usize,
}

/// What the threads have done so far, and what waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Argon2 computations.
    pub computed: u64,
    /// KiB of memory they filled, all passes together: the work done.
    pub filled_kib: u64,
    /// Callers turned away because too many waited.
    pub refused: u64,
    /// Callers that had gone away when their turn came.
    pub skipped: u64,
    /// Callers waiting at this moment.
    pub waiting: usize,
}

/// Something to be done on one of the threads.
trait Task: Send {
    /// Whether somebody still waits for the result.
    fn is_wanted(&self) -> bool;
    /// Does it.
    fn run(&mut self, memory: &mut Memory);
    /// Hands over the result.
    fn answer(self: Box<Self>);
}

struct Call<F, T> {
    work: Option<F>,
    result: Option<T>,
    reply: oneshot::Sender<T>,
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Box<dyn Task>>,
    /// Threads at work.
    running: usize,
    closed: bool,
    figures: Figures,
}

struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    config: PoolConfig,
}

/// The threads. Dropping it ends them, each after the task it is at. Callers borrow the pool, so nobody waits then.
pub struct Pool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Default for PoolConfig {
    /// Half of the processor's cores, so that a flood of sign-ins leaves the other half to everything else, but at most
    /// eight threads (152 MiB); and as many waiting callers as they serve in about a second.
    ///
    /// Measured on two cores of an AMD EPYC at 15 ms a hash, with other requests of 0.1 ms beside it: one thread makes 65
    /// hashes a second and the others' 99th percentile stays at 0.25 ms; two make 115 and it rises to 3 ms.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = (cores / 2).clamp(1, 8);
        Self { threads, waiting: threads * 60 }
    }
}

impl Pool {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system refuses one; those already started end again.
    pub fn start(config: PoolConfig) -> std::io::Result<Self> {
        let config = PoolConfig { threads: config.threads.max(1), ..config };
        let shared = Arc::new(Shared { queue: Mutex::default(), arrived: Condvar::new(), config });
        let mut pool = Self { shared, threads: Vec::with_capacity(config.threads) };
        for number in 1..=config.threads {
            let shared = Arc::clone(&pool.shared);
            let thread = std::thread::Builder::new().name(format!("password-{number}"));
            pool.threads.push(thread.spawn(move || shared.serve())?);
        }
        Ok(pool)
    }

    /// Does something on one of the threads. When the caller goes away before its turn, it is never begun.
    ///
    /// # Errors
    /// [`HashError::Busy`] at once when too many wait already, or later when the work panicked.
    pub async fn run<T, F>(&self, work: F) -> Result<T, HashError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Memory) -> T + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.shared.enqueue(Box::new(Call { work: Some(work), result: None, reply }))?;
        answer.await.map_err(|_| HashError::Busy)
    }

    /// What was done so far.
    pub fn figures(&self) -> Figures {
        let queue = self.shared.queue();
        Figures { waiting: queue.tasks.len(), ..queue.figures }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.close();
        for thread in self.threads.drain(..) {
            // It ends without a panic: those of tasks are caught.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn enqueue(&self, task: Box<dyn Task>) -> Result<(), HashError> {
        let mut queue = self.queue();
        let most = self.config.threads + self.config.waiting;
        if queue.running + queue.tasks.len() >= most {
            queue.drop_unwanted();
        }
        if queue.running + queue.tasks.len() >= most {
            queue.figures.refused += 1;
            return Err(HashError::Busy);
        }
        queue.tasks.push_back(task);
        drop(queue);
        self.arrived.notify_one();
        Ok(())
    }

    /// A thread's life.
    fn serve(&self) {
        let mut memory = Memory::default();
        while let Some(mut task) = self.next() {
            // After a panic the task is dropped, and the next one fills the memory from the start.
            let done = catch_unwind(AssertUnwindSafe(|| task.run(&mut memory)));
            // Before the answer: who has it must find this thread free.
            self.note_done(&mut memory);
            if done.is_ok() {
                task.answer();
            } else {
                tracing::error!("hashing a password panicked; its caller was told to try again");
            }
        }
    }

    /// The next task that somebody waits for; `None` when the pool ends.
    fn next(&self) -> Option<Box<dyn Task>> {
        let mut queue = self.queue();
        loop {
            if queue.closed {
                return None;
            }
            match queue.tasks.pop_front() {
                Some(task) if task.is_wanted() => {
                    queue.running += 1;
                    return Some(task);
                }
                Some(_) => queue.figures.skipped += 1,
                None => queue = self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn note_done(&self, memory: &mut Memory) {
        let mut queue = self.queue();
        queue.running -= 1;
        queue.figures.computed += std::mem::take(&mut memory.computed);
        queue.figures.filled_kib += std::mem::take(&mut memory.filled_kib);
    }

    fn close(&self) {
        self.queue().closed = true;
        self.arrived.notify_all();
    }

    /// No task runs under the lock, so a panic cannot leave the queue half-changed.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn drop_unwanted(&mut self) {
        let before = self.tasks.len();
        self.tasks.retain(|task| task.is_wanted());
        self.figures.skipped += u64::try_from(before - self.tasks.len()).unwrap_or(u64::MAX);
    }
}

impl<T: Send, F: FnOnce(&mut Memory) -> T + Send> Task for Call<F, T> {
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, memory: &mut Memory) {
        self.result = self.work.take().map(|work| work(memory));
    }

    fn answer(self: Box<Self>) {
        if let Some(result) = self.result {
            // A caller that left meanwhile does not hear it; nothing is lost.
            let _ = self.reply.send(result);
        }
    }
}

#[cfg(test)]
mod tests;

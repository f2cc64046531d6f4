//! The server in this process: its real state and router over a real folder, started again, backed up and restored as
//! whoever runs it would. Invariant: one request at a time, so that what it does follows from the seed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use bytes::Bytes;
use footbridge_client::transport;
use footbridge_model::{Clock, DocumentId, ProgrammeId};
use footbridge_server::admin::{AdminRequest, Lists, create_with, execute};
use footbridge_server::backup::{self, BackupOptions};
use footbridge_server::restore::{self, RestoreOptions};
use footbridge_server::storage::documents;
use footbridge_server::{ServerState, expiry, router};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::chance::Source;
use crate::clock::HandClock;
use crate::network::{Answered, path_of};

/// The programme's districts.
pub const DISTRICTS: [&str; 3] = ["Dalhem", "Fredriksdal", "Närlunda"];

/// The codes that are used here. A device looks at each of its records in each sync, and a hundred codes that nobody
/// uses took more time than all else.
const CODES: Lists = &[
    ("topics", &["family", "work", "health", "housing", "economy"]),
    ("next_step", &["get_back_to_her"]),
    ("outcome", &["done"]),
];

/// A server with one programme.
pub struct Office {
    folder: PathBuf,
    random: Arc<Source>,
    state: ServerState,
    router: Router,
    backups: usize,
    /// The server's clock.
    pub clock: HandClock,
    /// The programme.
    pub programme: ProgrammeId,
}

impl Office {
    /// Opens it in `folder`, and makes the programme.
    pub async fn open(folder: PathBuf, clock: HandClock, random: Arc<Source>) -> Self {
        let state = open(&folder, &clock, &random).await;
        let request = AdminRequest::CreateProgramme {
            name: "Stadsdelsmammor".to_owned(),
            country: "SE".to_owned(),
            time_zone: None,
            languages: vec!["sv".to_owned()],
            districts: DISTRICTS.map(str::to_owned).to_vec(),
        };
        let made = create_with(&state, request, CODES).await.expect("a programme");
        let programme = made["programme"].as_str().and_then(|id| id.parse().ok()).expect("its id");
        Self { router: router(state.clone()), folder, random, state, backups: 0, clock, programme }
    }

    /// Opens one again over the files of another that was stopped, with the backups that were made of it.
    pub async fn over(
        folder: PathBuf,
        clock: HandClock,
        random: Arc<Source>,
        programme: ProgrammeId,
        backups: usize,
    ) -> Self {
        let state = open(&folder, &clock, &random).await;
        Self { router: router(state.clone()), folder, random, state, backups, clock, programme }
    }

    /// Its state, to look at.
    pub fn state(&self) -> &ServerState {
        &self.state
    }

    /// The documents of these records as they lie in its storage.
    pub async fn documents(&self, ids: Vec<DocumentId>) -> Vec<Option<Vec<u8>>> {
        let all = self.state.storage().read(move |connection| {
            ids.into_iter().map(|id| documents::stored(connection, id)).collect::<Result<Vec<_>, _>>()
        });
        all.await.expect("the server's documents")
    }

    /// Asks as whoever runs the server.
    pub async fn ask(&self, request: AdminRequest) -> Value {
        execute(&self.state, request).await.expect("an answer")
    }

    /// Carries a request to the server, or only so many bytes of its body before the link breaks.
    pub async fn carry(&self, request: &transport::Request, cut: Option<usize>) -> Answered {
        let path = path_of(&request.url);
        let mut builder = match &request.body {
            Some(_) => Request::post(path).header(header::CONTENT_TYPE, request.media_type),
            None => Request::get(path),
        };
        if let Some(authorization) = &request.authorization {
            builder = builder.header(header::AUTHORIZATION, authorization);
        }
        let whole = request.body.clone().unwrap_or_default();
        let body = match cut {
            None => Body::from(whole),
            Some(at) => {
                let part: Result<Bytes, std::io::Error> = Ok(whole.slice(..at.min(whole.len())));
                let broken = Err(std::io::ErrorKind::ConnectionReset.into());
                Body::from_stream(futures_util::stream::iter([part, broken]))
            }
        };
        let request = builder.body(body).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.expect("a whole answer").to_bytes();
        assert!(status != 429, "the simulation asks more than a server allows");
        Answered { status, body }
    }

    /// Stops it and starts it again.
    pub async fn restart(&mut self) {
        self.state.stop().await;
        self.start().await;
    }

    async fn start(&mut self) {
        self.state = open(&self.folder, &self.clock, &self.random).await;
        self.router = router(self.state.clone());
    }

    /// Looks what has expired, as it does when it starts and every hour; gives how much that was.
    pub async fn sweep(&self) -> usize {
        expiry::sweep(&self.state).await.expect("it looks what has expired")
    }

    /// Backs it up; gives the file.
    pub fn back_up(&mut self) -> PathBuf {
        self.backups += 1;
        let file = self.folder.with_file_name(format!("backup-{}", self.backups));
        let options = BackupOptions { file: file.clone(), to: Vec::new() };
        backup::make(&self.folder, &options, self.clock.now()).expect("a backup");
        file
    }

    /// Stops it, puts a backup in its place with the journal that is there, and starts it again.
    pub async fn restore(&mut self, file: &Path) {
        self.state.stop().await;
        let options = RestoreOptions { file: file.to_owned(), identity: None, without_journal: false, unsigned: false };
        let (clock, random) = (Arc::new(self.clock.clone()), Arc::clone(&self.random));
        restore::restore(&self.folder, &options, clock, random).await.expect("it is restored");
        self.start().await;
    }

    /// Stops it.
    pub async fn stop(&self) {
        self.state.stop().await;
    }
}

async fn open(folder: &Path, clock: &HandClock, random: &Arc<Source>) -> ServerState {
    ServerState::open(folder, Arc::new(clock.clone()), Arc::clone(random) as _).await.expect("the server opens")
}

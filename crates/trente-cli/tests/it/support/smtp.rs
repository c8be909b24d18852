//! A real mail server in another process, npm's smtp-server, with a certificate authority of its own.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use data_encoding::BASE64;
use serde_json::Value;
use trente_collector::mail::server::{MailServer, Password, Security};
use trente_testing::Folder;

/// The password that the server knows.
const PASSWORD: &str = "s3 cret";

/// How long it may take to start, on a machine that does much else.
const STARTED: Duration = Duration::from_secs(20);

/// The server; it ends with its test.
pub struct Smtp {
    child: Child,
    input: Option<ChildStdin>,
    said: Receiver<Value>,
    pub port: u16,
    pub folder: Folder,
    security: Security,
}

fn openssl(arguments: &[&str]) {
    let made = Command::new("openssl").args(arguments).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// An authority, and a certificate of `localhost` that it has signed.
fn certificates(folder: &Folder) {
    let at = |name: &str| folder.path().join(name).display().to_string();
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    let (ca, ca_key) = (at("ca.crt"), at("ca.key"));
    let request = ["req", "-x509", "-subj", "/CN=trente test authority", "-keyout", &ca_key, "-out", &ca];
    openssl(&[&request[..], &key].concat());
    let (name, usage) = ("subjectAltName = DNS:localhost", "basicConstraints = critical,CA:FALSE");
    let (own, own_key) = (at("own.crt"), at("own.key"));
    let request = ["req", "-x509", "-subj", "/CN=localhost", "-addext", name, "-addext", usage];
    let signed = ["-CA", &ca, "-CAkey", &ca_key, "-keyout", &own_key, "-out", &own];
    openssl(&[&request[..], &key, &signed].concat());
}

impl Smtp {
    pub fn start() -> Self {
        Self::with(Security::Starttls)
    }

    pub fn with(security: Security) -> Self {
        let folder = Folder::new();
        certificates(&folder);
        let name = match security {
            Security::Starttls => "starttls",
            Security::Tls => "tls",
            Security::None => "none",
        };
        let at = |name: &str| folder.path().join(name);
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let mut child = Command::new("node")
            .args(["tests/mail/server.mjs".as_ref(), at("own.key").as_os_str(), at("own.crt").as_os_str()])
            .arg(name)
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, said) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        let mut server = Self { child, input, said, port: 0, folder, security };
        let listening = server.said.recv_timeout(STARTED);
        let listening =
            listening.map_err(|_| "no mail server; `cargo xtask doctor` installs the npm packages").unwrap();
        server.port = listening["port"].as_u64().unwrap().try_into().unwrap();
        server
    }

    fn next(&self) -> Value {
        self.said.recv_timeout(Duration::from_secs(20)).unwrap()
    }

    /// What happens next of this kind; the rest until then is left out.
    pub fn step(&self, step: &str) -> Value {
        loop {
            let said = self.next();
            if said["step"] == step {
                return said;
            }
        }
    }

    /// The next connection has this fault.
    pub fn fault(&mut self, fault: &str) {
        writeln!(self.input.as_mut().unwrap(), "{fault}").unwrap();
        self.step("ready");
    }

    /// The next mail that it takes.
    pub fn mail(&self) -> Received {
        Received::of(&self.step("mail"))
    }

    /// Whether it takes no mail for so long.
    pub fn is_quiet(&self, wait: Duration) -> bool {
        let end = std::time::Instant::now() + wait;
        while let Some(left) = end.checked_duration_since(std::time::Instant::now()) {
            if self.said.recv_timeout(left).is_ok_and(|said| said["step"] == "mail") {
                return false;
            }
        }
        true
    }

    /// The file of its authority.
    pub fn authority(&self) -> String {
        self.folder.path().join("ca.crt").display().to_string()
    }

    /// What the service is to know of it.
    pub fn settings(&self) -> MailServer {
        let password = Password(PASSWORD.to_owned().into());
        MailServer {
            host: format!("localhost:{}", self.port).parse().unwrap(),
            security: self.security,
            sign_in: (self.security != Security::None).then(|| ("trente".to_owned(), password)),
            roots: Some(fs::read(self.authority()).unwrap()),
            author: "Trente <trente@shop.example>".parse().unwrap(),
            results: "https://results.shop.example".parse().unwrap(),
        }
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// A mail as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub to: String,
    pub secure: bool,
    pub user: String,
    pub raw: String,
    /// Headers on one line each.
    head: String,
    pub text: String,
    pub html: String,
}

impl Received {
    fn of(said: &Value) -> Self {
        let raw = said["raw"].as_str().unwrap().to_owned();
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let boundary = head.split("boundary=").nth(1).unwrap().split(['\r', ';']).next().unwrap().trim_matches('"');
        let part = |kind: &str| {
            let (between, kind) = (format!("--{boundary}"), format!("Content-Type: {kind}"));
            let part = body.split(&between).find(|part| part.contains(&kind)).unwrap();
            let (head, body) = part.split_once("\r\n\r\n").unwrap();
            decoded(head, body.strip_suffix("\r\n").unwrap_or(body))
        };
        Self {
            to: said["to"][0].as_str().unwrap().to_owned(),
            secure: said["secure"].as_bool().unwrap(),
            user: said["user"].as_str().unwrap_or_default().to_owned(),
            text: part("text/plain"),
            html: part("text/html"),
            head,
            raw: raw.clone(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub fn id(&self) -> &str {
        self.header("Message-ID").unwrap()
    }

    /// The path of the link that ends mails like this one.
    pub fn stop(&self) -> &str {
        let link = self.header("List-Unsubscribe").unwrap().trim_matches(['<', '>']);
        link.strip_prefix("https://results.shop.example").unwrap()
    }
}

/// The words of a part, whatever they were written in.
fn decoded(head: &str, body: &str) -> String {
    let bytes = if head.contains("quoted-printable") {
        let body = body.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = body.as_bytes();
        while let Some((&byte, after)) = rest.split_first() {
            if byte == b'=' {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
                rest = &after[2..];
            } else {
                bytes.push(byte);
                rest = after;
            }
        }
        bytes
    } else if head.contains("base64") {
        BASE64.decode(body.replace("\r\n", "").as_bytes()).unwrap()
    } else {
        body.as_bytes().to_vec()
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

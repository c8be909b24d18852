//! Failover: three PostgreSQL nodes under Patroni with synchronous replication, two collectors; the leader is killed,
//! frozen and partitioned under load.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::load::{Ledger, Load, Retry};
use crate::postgres::{self, PROGRAMS, TempDir, as_postgres, sql, until, url};
use crate::proxy::{NetworkFault, Proxy};
use crate::service::Start;
use crate::setup::{Setup, port};
use crate::tools;

/// How long the service may be unable to answer (docs/design/collector.md#tests-of-a-cluster). A run of all tests keeps
/// a machine too busy to hold it to that.
const OUTAGE: Duration = Duration::from_secs(35);
/// How long the cluster may take to be whole, at first and again.
const WHOLE: Duration = Duration::from_secs(120);

pub fn run(setup: &Setup) -> Result<String> {
    let mut cluster = Cluster::start()?;
    let outcome = affected(setup, &mut cluster);
    if outcome.is_err() {
        // They would go with the cluster.
        cluster.keep_logs(&setup.cache_dir("cluster-logs")?)?;
    }
    outcome
}

fn affected(setup: &Setup, cluster: &mut Cluster) -> Result<String> {
    let leader = cluster.leader()?;
    for statement in ["create role trente login", "create database trente owner trente"] {
        sql(leader.postgres, "postgres", statement)?;
    }
    let ports: Vec<u16> = cluster.nodes.iter().map(|node| node.at.postgres).collect();
    let place = postgres::test_database(setup, "cluster", &ports)?;
    let ledger = Ledger::new(&place.folder)?;
    let start = || Start::new(setup, &place).map(|start| start.argument("db", &url(&ports)))?.start();
    let services = [start()?, start()?];
    let loads = services.iter().map(|one| Load::start(&ledger, one.public, place.survey, 16, Retry::UntilAcked));
    let loads = loads.collect::<Result<Vec<_>>>()?;
    let mut told = Vec::new();
    let variants: &[(&str, ClusterFault)] = setup.pick(
        &[
            ("leader killed", ClusterFault::KillLeader),
            ("standby killed", ClusterFault::KillStandby),
            ("leader frozen 30 s", ClusterFault::FreezeLeader),
            ("leader cut from etcd 30 s", ClusterFault::CutLeader),
            ("leader and standby killed", ClusterFault::KillTwo),
        ],
        &[("leader killed", ClusterFault::KillLeader)],
    );
    for (name, fault) in variants {
        thread::sleep(Duration::from_secs(setup.pick(4, 2)));
        let gap = Gap::watch(&ledger);
        let affected = cluster.inject(*fault)?;
        let mut bound = setup.pick(OUTAGE, WHOLE);
        match fault {
            ClusterFault::KillLeader | ClusterFault::KillStandby => {}
            // Longer than the lock lasts, so that another takes its place.
            ClusterFault::CutLeader => thread::sleep(Duration::from_secs(30)),
            ClusterFault::FreezeLeader => {
                thread::sleep(Duration::from_secs(30));
                cluster.thaw(&affected)?;
            }
            ClusterFault::KillTwo => {
                refused_by_one(&ledger)?;
                cluster.mend(&affected)?;
                bound = WHOLE;
            }
        }
        // Long enough for whatever outage there is to be over.
        let before = ledger.count(204);
        until("answers are taken again", bound, || Ok(ledger.count(204) > before + 200)).context(*name)?;
        cluster.mend(&affected)?;
        let whole = Instant::now();
        until("the cluster is whole", WHOLE, || cluster.is_whole()).context(*name)?;
        let outage = gap.longest();
        if outage > bound {
            bail!("{name}: nothing was taken for {} s", outage.as_secs());
        }
        let again = whole.elapsed().as_secs_f64();
        told.push(format!("{name}: {:.1} s without an answer, whole again in {again:.1} s", outage.as_secs_f64()));
    }
    drop(loads);
    let others = ledger.others(&[204, 503]);
    if others > 0 || ledger.broken() > 0 {
        bail!("{others} got another answer than 204 or 503, {} connections broke", ledger.broken());
    }
    let verdict = postgres::require(cluster.leader()?.postgres, &ledger)?;
    for service in services {
        service.stop()?;
    }
    Ok(format!("{}; {}", told.join("; "), verdict.text()))
}

/// The last of three nodes cannot know what the others had: whatever it is asked, nothing may be acknowledged, for longer
/// than a wrong leader would need to be chosen.
fn refused_by_one(ledger: &Ledger) -> Result<()> {
    thread::sleep(Duration::from_secs(5));
    let before = ledger.count(204);
    thread::sleep(Duration::from_secs(30));
    let taken = ledger.count(204) - before;
    if taken > 0 { bail!("{taken} answers were taken by one node of three") } else { Ok(()) }
}

/// What is done to the cluster.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ClusterFault {
    KillLeader,
    KillStandby,
    FreezeLeader,
    /// It lives and has its clients and standbys, but no longer hears who leads.
    CutLeader,
    KillTwo,
}

/// Watches for how long nothing was acknowledged at a stretch.
struct Gap {
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<Duration>,
}

impl Gap {
    fn watch(ledger: &Arc<Ledger>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (ledger, stopped) = (Arc::clone(ledger), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            let (mut longest, mut count, mut since) = (Duration::ZERO, ledger.count(204), Instant::now());
            while !stopped.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(20));
                longest = longest.max(since.elapsed());
                let now = ledger.count(204);
                if now > count {
                    (count, since) = (now, Instant::now());
                }
            }
            longest
        });
        Self { stop, thread }
    }

    fn longest(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

/// Where a node listens.
#[derive(Clone, Copy)]
struct At {
    postgres: u16,
    rest: u16,
}

struct Node {
    at: At,
    name: String,
    /// Between it and etcd.
    wire: Proxy,
    patroni: Option<Child>,
}

/// etcd and the nodes; they end with this value.
struct Cluster {
    nodes: Vec<Node>,
    etcd: Child,
    room: TempDir,
}

impl Cluster {
    fn start() -> Result<Self> {
        let room = TempDir::new("cluster")?;
        let (client, peer) = (port()?, port()?);
        let [client_url, peer_url] = [client, peer].map(|port| format!("http://127.0.0.1:{port}"));
        let mut etcd = as_postgres(&tools::find("etcd", "etcd-server")?)?;
        etcd.args(["--name=e", "--data-dir"]).arg(room.path().join("etcd"));
        etcd.args(["--listen-client-urls", &client_url, "--advertise-client-urls", &client_url]);
        etcd.args(["--listen-peer-urls", &peer_url, "--initial-advertise-peer-urls", &peer_url]);
        etcd.args(["--initial-cluster", &format!("e={peer_url}"), "--log-level=error", "--enable-v2=true"]);
        let log = File::create(room.path().join("etcd.log"))?;
        let etcd = etcd.stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut cluster = Self { nodes: Vec::new(), etcd, room };
        for number in 1..=3 {
            let wire = Proxy::start(SocketAddr::from(([127, 0, 0, 1], client)), |_| NetworkFault::Nothing)?;
            let at = At { postgres: port()?, rest: port()? };
            let node = Node { at, name: format!("n{number}"), wire, patroni: None };
            fs::write(cluster.file(&node.name, "json"), configuration(&node, cluster.room.path()).to_string())?;
            cluster.nodes.push(node);
        }
        for index in 0..3 {
            cluster.run(index)?;
        }
        until("the cluster is whole", WHOLE, || cluster.is_whole())?;
        Ok(cluster)
    }

    fn keep_logs(&self, folder: &Path) -> Result<()> {
        for name in self.nodes.iter().map(|node| &node.name[..]).chain(["etcd"]) {
            fs::copy(self.file(name, "log"), folder.join(format!("{name}.log")))?;
        }
        Ok(())
    }

    fn file(&self, name: &str, kind: &str) -> PathBuf {
        self.room.path().join(format!("{name}.{kind}"))
    }

    fn run(&mut self, index: usize) -> Result<()> {
        let name = self.node(index)?.name.clone();
        let log = File::options().create(true).append(true).open(self.file(&name, "log"))?;
        let mut patroni = as_postgres(&tools::find("patroni", "patroni")?)?;
        patroni.arg(self.file(&name, "json")).stdout(log.try_clone()?).stderr(log);
        let child = patroni.spawn()?;
        self.nodes.get_mut(index).context("no such node")?.patroni = Some(child);
        Ok(())
    }

    fn node(&self, index: usize) -> Result<&Node> {
        self.nodes.get(index).context("no such node")
    }

    /// What any node that answers says of the members.
    fn members(&self) -> Result<Vec<Value>> {
        for node in &self.nodes {
            let Ok(text) = ask(node.at.rest, "/cluster") else { continue };
            // Its server is a simple one: no length, and the end of the connection is the end of the answer.
            let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            let cluster: Value = serde_json::from_str(body)?;
            return Ok(cluster.get("members").and_then(Value::as_array).cloned().unwrap_or_default());
        }
        bail!("no node answers")
    }

    /// The first member of a role, by its place.
    fn of_role(&self, role: &str) -> Result<usize> {
        let text = |member: &Value, field| member.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let members = self.members()?;
        let member = members.iter().find(|member| text(member, "role") == role && text(member, "state") == "running");
        let name = text(member.with_context(|| format!("no {role}"))?, "name");
        self.nodes.iter().position(|node| node.name == name).context("a stranger")
    }

    fn leader(&self) -> Result<At> {
        Ok(self.node(self.of_role("leader")?)?.at)
    }

    /// A leader, a synchronous standby, and three that run.
    fn is_whole(&self) -> Result<bool> {
        let runs =
            |member: &&Value| matches!(member.get("state").and_then(Value::as_str), Some("running" | "streaming"));
        let all = self.members()?.iter().filter(runs).count() == 3;
        Ok(all && self.of_role("leader").is_ok() && self.of_role("sync_standby").is_ok())
    }

    /// Patroni, the postmaster and its children.
    fn processes(&self, index: usize) -> Result<Vec<u32>> {
        let node = self.node(index)?;
        let pid = fs::read_to_string(self.room.path().join(&node.name).join("postmaster.pid"))?;
        let postmaster: u32 = pid.lines().next().context("no postmaster")?.trim().parse()?;
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", &postmaster.to_string()]).output()?.stdout;
        let children = String::from_utf8(children)?;
        let patroni = node.patroni.as_ref().map(Child::id);
        Ok(patroni
            .into_iter()
            .chain([postmaster])
            .chain(children.lines().filter_map(|line| line.trim().parse().ok()))
            .collect())
    }

    fn signal(&self, index: usize, signal: &str) -> Result<()> {
        for pid in self.processes(index)? {
            // One that has ended meanwhile needs no signal.
            let _ = Command::new("kill").args(["-s", signal, &pid.to_string()]).output();
        }
        Ok(())
    }

    /// Injects a fault and says into which nodes.
    fn inject(&mut self, fault: ClusterFault) -> Result<Vec<usize>> {
        let roles: &[&str] = match fault {
            ClusterFault::KillStandby => &["sync_standby"],
            ClusterFault::KillTwo => &["leader", "sync_standby"],
            ClusterFault::KillLeader | ClusterFault::FreezeLeader | ClusterFault::CutLeader => &["leader"],
        };
        let affected = roles.iter().map(|role| self.of_role(role)).collect::<Result<Vec<_>>>()?;
        for &index in &affected {
            match fault {
                ClusterFault::CutLeader => self.node(index)?.wire.pause(true),
                ClusterFault::FreezeLeader => self.signal(index, "STOP")?,
                ClusterFault::KillLeader | ClusterFault::KillStandby | ClusterFault::KillTwo => {
                    self.signal(index, "KILL")?
                }
            }
        }
        Ok(affected)
    }

    /// Lets frozen nodes go on: what they think of themselves is long untrue.
    fn thaw(&self, affected: &[usize]) -> Result<()> {
        affected.iter().try_for_each(|&index| self.signal(index, "CONT"))
    }

    /// Starts nodes again whose Patroni has ended, and joins what was cut.
    fn mend(&mut self, affected: &[usize]) -> Result<()> {
        for &index in affected {
            let node = self.nodes.get_mut(index).context("no such node")?;
            node.wire.pause(false);
            if node.patroni.as_mut().context("no Patroni")?.try_wait()?.is_some() {
                self.run(index)?;
            }
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for index in 0..self.nodes.len() {
            let _ = self.signal(index, "CONT");
            let _ = self.signal(index, "KILL");
        }
        for patroni in self.nodes.iter_mut().filter_map(|node| node.patroni.as_mut()) {
            let _ = patroni.kill();
            let _ = patroni.wait();
        }
        let _ = self.etcd.kill();
        let _ = self.etcd.wait();
    }
}

/// What Patroni answers, head and all.
fn ask(port: u16, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    // A frozen node takes the connection and says nothing.
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

/// A node's configuration. JSON is YAML.
fn configuration(node: &Node, room: &Path) -> Value {
    let trust = ["local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"];
    let role = |name: &str| json!({ "username": name, "password": name });
    json!({
        "scope": "trente", "name": node.name,
        "restapi": { "listen": format!("127.0.0.1:{}", node.at.rest), "connect_address": format!("127.0.0.1:{}", node.at.rest) },
        // Not etcd3: with it Patroni 3.0.2 lets a leader that was frozen take the lock back from the one that took its
        // place, without comparing, and what that one had committed is gone.
        "etcd": { "proxy": format!("http://{}", node.wire.address) },
        "bootstrap": {
            "dcs": {
                "ttl": 20, "loop_wait": 2, "retry_timeout": 5,
                "synchronous_mode": true, "synchronous_mode_strict": true,
                "postgresql": {
                    "use_pg_rewind": true,
                    "parameters": { "max_connections": 60, "wal_keep_size": "256MB", "shared_buffers": "64MB" },
                },
            },
            "initdb": [{ "encoding": "UTF8" }, { "locale": "C" }, "data-checksums"],
        },
        "postgresql": {
            "listen": format!("127.0.0.1:{}", node.at.postgres),
            "connect_address": format!("127.0.0.1:{}", node.at.postgres),
            "data_dir": room.join(&node.name), "bin_dir": PROGRAMS, "pgpass": room.join(format!("{}.pgpass", node.name)),
            "authentication": { "superuser": role("postgres"), "replication": role("replicator"), "rewind": role("rewinder") },
            "pg_hba": trust, "parameters": { "unix_socket_directories": room },
        },
    })
}

//! Reverse proxy by the nginx recipe: a path of the shop's own origin leads to the collector, which still knows the
//! client's network.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::client::Client;
use crate::numbers::frame;
use crate::service::Start;
use crate::setup::{ORIGIN, Setup, port};
use crate::tools;

const RECIPE: &str = include_str!("../../../../packaging/nginx.conf");

struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        // A master that is killed would leave its workers.
        let _ = Command::new("kill").args(["-s", "QUIT", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

pub fn run(setup: &Setup) -> Result<String> {
    let nginx = tools::find("nginx", "nginx-light")?;
    let place = setup.test_database("nginx")?;
    let service = Start::new(setup, &place)?
        .argument("rate-network", "1:64")
        .argument("trusted-proxies", "127.0.0.1/32")
        .start()?;
    let port = port()?;
    let _proxy = start(&nginx, &place.folder, port, &service.public.to_string())?;
    let mut client = Client::new(([127, 0, 0, 1], port).into());
    let end = Instant::now() + Duration::from_secs(10);
    while client.get("/trente/healthz").map_or(0, |answer| answer.0) != 200 {
        if Instant::now() > end {
            bail!("nginx does not lead to the collector");
        }
        thread::sleep(Duration::from_millis(50));
    }
    let (status, page) = client.get("/trente/s/olive?l=fr")?;
    if status != 200 || !page.contains("/trente/s/hosted.css") && !page.contains("hosted.css") {
        bail!("the hosted page through nginx is {status}");
    }
    // From another address than nginx's, as customers are.
    let mut customer = Client::from("127.0.0.2".parse()?, ([127, 0, 0, 1], port).into())?;
    // The client's own X-Forwarded-For is another one every time; nginx adds the real address, and that counts.
    let (mut taken, mut refused, mut other) = (0, 0, 0);
    for number in 0..120 {
        let body = frame(place.survey, number);
        let forged = format!("198.51.{}.1", number);
        match customer.ask(&post(&forged, &body)).map(|(status, _)| status)? {
            204 => taken += 1,
            429 => refused += 1,
            _ => other += 1,
        }
    }
    service.stop()?;
    if other > 0 || refused == 0 || !(64..=110).contains(&taken) {
        bail!("of 120 frames of one network {taken} were taken, {refused} refused, {other} something else");
    }
    Ok(format!(
        "a path of the shop's origin works; of 120 frames from one address {taken} were taken and {refused} were 429, whatever X-Forwarded-For it sent"
    ))
}

fn post(forwarded: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /trente/v1/responses HTTP/1.1\r\nHost: shop.example\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n\
         X-Forwarded-For: {forwarded}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// The recipe as it is, inside the least configuration that nginx needs, on ports of ours.
fn start(nginx: &Path, folder: &Path, port: u16, collector: &str) -> Result<Nginx> {
    let recipe = RECIPE.replace("127.0.0.1:8031", collector);
    if recipe == RECIPE {
        bail!("the recipe does not name the collector's usual address");
    }
    let (upstream, rest) = recipe.split_once("# --- ").context("the recipe has no marked part")?;
    let inside = rest.split_once("\n").map_or("", |(_, inside)| inside);
    let inside = inside.split_once("# --- ").map_or(inside, |(inside, _)| inside);
    let main = format!(
        "daemon off; pid {0}/nginx.pid; error_log {0}/nginx.error.log; worker_processes 1;
         events {{}}
         http {{ access_log off; client_body_temp_path {0}/body; proxy_temp_path {0}/proxy; fastcgi_temp_path {0}/f;
         uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
         {upstream}
         server {{ listen 127.0.0.1:{port}; {inside} }} }}",
        folder.display()
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, main)?;
    let child = Command::new(nginx).arg("-c").arg(&file).arg("-p").arg(folder).stdin(Stdio::null()).spawn()?;
    Ok(Nginx(child))
}

//! `review_page`: the pages of the list that a coordinator opens, narrowed in all the ways that there are, in a
//! programme of 100,000.

use anyhow::{Context, ensure};
use footbridge_testkit::{Request, Response};

use crate::bench::Bench;
use crate::figures::{Figure, Goal};
use crate::fixtures;
use crate::measure::{nearest, timed};
use crate::server::Server;
use crate::visits;

/// Milliseconds that 95 of 100 pages take, at most.
const MILLISECONDS: f64 = 50.0;

/// One page after the other, as somebody at a tablet asks for them.
pub fn run(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let filled = fixtures::filled(bench, bench.sizes.large)?;
    let scratch = bench.scratch()?;
    let server = Server::start(&filled.copied(scratch.path())?)?;
    let cookie = signed_in(&server, &filled.programme)?;
    let pages = pages(&server, &cookie)?;
    let mut times = Vec::new();
    for number in 0..(bench.sizes.operations * bench.sizes.rounds).max(pages.len()) {
        let page = pages.get(number % pages.len()).context("a page")?;
        let (response, sample) = timed(|| Request::get(page).header("cookie", &cookie).send(server.address()));
        ensure!(response.status == 200, "{page} is answered with {}", response.status);
        times.push(sample.seconds * 1e3);
    }
    Ok(vec![
        Figure::alone("review_page", nearest(&mut times, 0.95), Goal::AtMost(MILLISECONDS), "ms, p95"),
        Figure::alone("review_page_median", nearest(&mut times, 0.5), Goal::None, "ms"),
    ])
}

/// The list as it opens, narrowed by each filter and by several, and later pages of it.
fn pages(server: &Server, cookie: &str) -> anyhow::Result<Vec<String>> {
    let mut pages = vec!["/review".to_owned(), "/review?state=new".to_owned(), "/review?state=differ".to_owned()];
    pages.extend(["street", "home", "phone"].map(|kind| format!("/review?kind={kind}")));
    pages.extend(["work", "health"].map(|topic| format!("/review?topic={topic}&language=ar")));
    pages.extend(["2025", "2026"].map(|year| format!("/review?since={year}-01-01&until={year}-06-30&kind=street")));
    pages.push(format!("/review?district={}", visits::DISTRICTS[0]));
    // Nothing is found: all of the index is read.
    pages.push("/review?topic=nothing".to_owned());
    let show = |path: &str| text(&Request::get(path).header("cookie", cookie).send(server.address()));
    let shown = show("/review");
    let mut page = shown.clone();
    for _ in 0..3 {
        let older = page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        let Some(older) = older.map(|path| path.replace("&amp;", "&")) else { break };
        page = show(&older);
        pages.push(older);
    }
    let volunteer = shown.split("name=\"volunteer\"").nth(1).and_then(|select| select.split("value=\"").nth(2));
    if let Some(volunteer) = volunteer.and_then(|rest| rest.split('"').next()) {
        pages.push(format!("/review?volunteer={volunteer}"));
        pages.push(format!("/review?volunteer={volunteer}&topic=work"));
    }
    Ok(pages)
}

/// Signs a coordinator in by a link; gives her cookie.
fn signed_in(server: &Server, programme: &str) -> anyhow::Result<String> {
    let members = server.ask(&["members", programme])?;
    let members = members["items"].as_array().context("the members")?;
    let coordinator = members.iter().find(|member| member["role"] == "coordinator").context("a coordinator")?;
    let person = coordinator["person"].as_str().context("her id")?;
    let link = server.ask(&["review-link", programme, "--person", person])?;
    let link = link["url"].as_str().and_then(|url| url.find("/review").and_then(|at| url.get(at..)));
    let shown = Request::get(link.context("the link")?).send(server.address());
    let page = text(&shown);
    let mut form = hidden_fields(&page);
    ensure!(form.len() == 2, "the page of the link has two fields");
    let form = form.drain(..).map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let entered = Request::post("/review/sign-in", "application/x-www-form-urlencoded", form.into_bytes())
        .header("cookie", &cookies(&shown))
        .send(server.address());
    ensure!(entered.status == 303, "signing in is answered with {}", entered.status);
    Ok(cookies(&entered))
}

/// The hidden fields of a page. Their values are of letters that need no escape.
fn hidden_fields(page: &str) -> Vec<(String, String)> {
    let fields = page.split("type=\"hidden\" name=\"").skip(1);
    let pair = |field: &str| {
        let (name, rest) = field.split_once('"')?;
        let value = rest.strip_prefix(" value=\"")?.split('"').next()?;
        Some((name.to_owned(), value.to_owned()))
    };
    fields.filter_map(pair).collect()
}

/// What a browser sends back of the cookies that it was given.
fn cookies(response: &Response) -> String {
    let set = response.headers.iter().filter(|(name, _)| name == "set-cookie");
    set.filter_map(|(_, value)| value.split(';').next()).collect::<Vec<_>>().join("; ")
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

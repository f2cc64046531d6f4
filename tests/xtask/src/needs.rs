//! What the machine must have: found, installed where we are root on Debian, or named.
//!
//! Called by the demo and by the part `install`. Invariant: nothing is installed that is already
//! there in another form (a Node.js of another origin, another Chromium).

use std::path::Path;
use std::process::Command;

use crate::run;

/// What a need is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Building and running the server and the command line.
    Build,
    /// Testing everything.
    Test,
}

struct Need {
    purpose: Purpose,
    what: &'static str,
    packages: &'static [&'static str],
    there: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        purpose: Purpose::Build,
        what: "a C compiler and make, which compile the database and the server's allocator",
        packages: &["build-essential"],
        there: || on_path("cc") && on_path("make"),
    },
    Need {
        purpose: Purpose::Build,
        what: "pkg-config and the headers of OpenSSL's libcrypto, with which the device's database is encrypted",
        packages: &["pkg-config", "libssl-dev"],
        there: || succeeds("pkg-config", &["--exists", "libcrypto"]),
    },
    Need {
        purpose: Purpose::Test,
        what: "Python 3 with venv, which checks the protocol with libraries of another language",
        packages: &["python3", "python3-venv"],
        there: || succeeds("python3", &["-c", "import venv, ensurepip"]),
    },
    Need {
        purpose: Purpose::Test,
        what: "Node.js 18 or later, which drives the browser",
        packages: &["nodejs"],
        there: || succeeds("node", &["-e", "process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)"]),
    },
    Need {
        purpose: Purpose::Test,
        what: "npm, which installs what drives the browser",
        packages: &["npm"],
        there: || on_path("npm"),
    },
    Need {
        purpose: Purpose::Test,
        what: "a JDK of version 17 or later, on which the Kotlin package is tested",
        packages: &["openjdk-17-jdk-headless"],
        there: has_jdk,
    },
    Need {
        purpose: Purpose::Test,
        what: "Maven, which builds the Kotlin package",
        packages: &["maven"],
        there: || on_path("mvn"),
    },
    Need {
        purpose: Purpose::Test,
        what: "Swift 6, or mmdebstrap, by which the Swift of Debian 13 is put into the target folder",
        packages: &["mmdebstrap"],
        there: || crate::bindings::has_swift() || on_path("mmdebstrap"),
    },
    Need {
        purpose: Purpose::Test,
        what: "libfaketime, by which a server lives half a year later",
        packages: &["libfaketime"],
        there: has_libfaketime,
    },
    Need {
        purpose: Purpose::Test,
        what: "OpenSSL's program, which makes certificates and speaks TLS by hand",
        packages: &["openssl"],
        there: || on_path("openssl"),
    },
    Need {
        purpose: Purpose::Test,
        what: "sslscan, which looks for weak encryption",
        packages: &["sslscan"],
        there: || on_path("sslscan"),
    },
    Need {
        purpose: Purpose::Test,
        what: "promtool, which reads the server's figures",
        packages: &["prometheus"],
        there: || on_path("promtool"),
    },
    Need {
        purpose: Purpose::Test,
        what: "systemd-analyze, which looks at the server's unit",
        packages: &["systemd"],
        there: || on_path("systemd-analyze"),
    },
    Need {
        purpose: Purpose::Test,
        what: "nginx, behind which the server is tested",
        packages: &["nginx-light"],
        there: || on_path("nginx") || Path::new("/usr/sbin/nginx").is_file(),
    },
    Need {
        purpose: Purpose::Test,
        what: "Go, which builds the proxy that makes networks bad",
        packages: &["golang-go"],
        there: || on_path("go"),
    },
    Need {
        purpose: Purpose::Test,
        what: "Chromium, in which the review pages are tested",
        packages: &["chromium"],
        there: || on_path("chromium"),
    },
    Need {
        purpose: Purpose::Test,
        what: "fonts for Arabic, Ethiopic and emoji, without which the pictures show boxes",
        packages: &["fontconfig", "fonts-noto-core", "fonts-noto-color-emoji"],
        there: || ["ar", "fa", "ti", "und-zsye"].iter().all(|language| has_font(language)),
    },
];

/// Installs what is missing for a purpose, or says in sentences what is missing.
pub fn install(purpose: Purpose) -> Result<(), String> {
    let missing = missing(purpose);
    if missing.is_empty() {
        return Ok(());
    }
    if !Path::new("/etc/debian_version").exists() || !is_root() {
        return Err(said(&missing));
    }
    for need in &missing {
        println!("Installing {}.", need.what);
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    let mut install = vec!["install", "--quiet", "--quiet", "--yes", "--no-install-recommends"];
    install.extend(packages);
    // An old list of packages is no reason to stop: what is missing is looked at again below.
    run::plainly(apt(&["update", "--quiet", "--quiet"]));
    run::plainly(apt(&install));
    let missing = self::missing(purpose);
    if missing.is_empty() { Ok(()) } else { Err(said(&missing)) }
}

fn missing(purpose: Purpose) -> Vec<&'static Need> {
    NEEDS.iter().filter(|need| need.purpose <= purpose && !(need.there)()).collect()
}

fn said(missing: &[&Need]) -> String {
    let mut text = String::from("Missing on this machine:");
    for need in missing {
        text.push_str(&format!("\n  - {} (Debian: {})", need.what, need.packages.join(" ")));
    }
    text.push_str("\nInstall it and start again; as root on Debian this command installs it by itself.");
    text
}

fn apt(arguments: &[&str]) -> Command {
    let mut apt = Command::new("apt-get");
    apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn is_root() -> bool {
    let mut id = Command::new("id");
    id.arg("-u");
    run::output(id).is_some_and(|user| user.trim() == "0")
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments);
    run::quietly(command)
}

/// `javac 17.0.15` and later.
fn has_jdk() -> bool {
    let mut version = Command::new("javac");
    version.arg("-version");
    let said = run::output(version).unwrap_or_default();
    let major = said.trim().strip_prefix("javac ").and_then(|version| version.split(['.', '-', '+']).next());
    major.and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 17)
}

/// Where Debian puts it; the testkit looks there too.
fn has_libfaketime() -> bool {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().filter_map(Result::ok);
    folders.map(|folder| folder.path().join("faketime/libfaketime.so.1")).any(|library| library.is_file())
}

fn has_font(language: &str) -> bool {
    let mut list = Command::new("fc-list");
    list.arg(format!(":lang={language}"));
    run::output(list).is_some_and(|fonts| !fonts.trim().is_empty())
}

//! What can be written on the command line. Called by [`super::run`]. Invariant: exactly what the handbook says; times
//! such as `7d` are checked here, everything else where it is done.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{ArgGroup, Parser, Subcommand};
use footbridge_model::{DeviceId, PersonId, ProgrammeId, Role};
use ipnet::IpNet;

use crate::admin::{AdminError, AdminRequest};
use crate::backup::BackupOptions;
use crate::people::INVITATION_LASTS_MAX_MILLIS;
use crate::restore::RestoreOptions;
use crate::reviewing;
use crate::serve::{ServeOptions, TlsFiles};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Orders, merges and guards what Footbridge's devices send; coordinators review it here.
#[derive(Debug, Parser)]
#[command(name = "footbridge-server", version, max_term_width = 100)]
pub(super) struct Arguments {
    /// The folder with everything the server keeps; made where it is missing
    #[arg(long, value_name = "DIR")]
    pub(super) data: PathBuf,
    /// One JSON value a line instead of sentences
    #[arg(long, global = true)]
    pub(super) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until it is told to stop
    Serve {
        /// Where to listen; port 0 takes a free one
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
        listen: SocketAddr,
        /// The address that links carry; remembered
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
        /// Listen beyond this machine without encryption
        #[arg(long)]
        insecure: bool,
        /// A certificate in PEM, with those between it and its authority; read again when it changes
        #[arg(long, value_name = "FILE", requires = "tls_key")]
        tls_cert: Option<PathBuf>,
        /// The certificate's key in PEM
        #[arg(long, value_name = "FILE", requires = "tls_cert")]
        tls_key: Option<PathBuf>,
        /// Listen here too, and send whoever comes without encryption to the encrypted address
        #[arg(long, value_name = "ADDRESS", requires = "tls_cert")]
        http_redirect: Option<SocketAddr>,
        /// An address or network of a reverse proxy whose X-Forwarded-For is believed; may be given several times
        #[arg(long, value_name = "NETWORK")]
        trusted_proxy: Vec<String>,
        /// For how many years the audit trail is kept, 1 to 30; remembered [default: 5]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=30))]
        audit_years: Option<u8>,
        /// A file with the token that opens /metrics from elsewhere
        #[arg(long, value_name = "FILE")]
        metrics_token_file: Option<PathBuf>,
    },
    /// Make or list programmes
    Programme {
        #[command(subcommand)]
        command: ProgrammeCommand,
    },
    /// Make a person and a link by which she joins, once; or a link for a further device of hers
    Invite {
        /// The programme's id
        programme: String,
        /// volunteer or coordinator
        #[arg(long, required_unless_present = "person")]
        role: Option<String>,
        /// What she is called
        #[arg(long, required_unless_present = "person")]
        name: Option<String>,
        /// A district of hers; may be given several times
        #[arg(long, num_args = 1.., value_name = "NAME")]
        district: Vec<String>,
        /// The id of somebody who is there, as `members` shows it: for a further device of hers
        #[arg(long, value_name = "ID", conflicts_with_all = ["role", "name", "district"])]
        person: Option<String>,
        /// How long the link can be used: 30m, 12h, 7d; a coordinator's 24h and others' 7d where nothing is said
        #[arg(long, value_name = "TIME")]
        expires: Option<String>,
    },
    /// Make a person a volunteer of these districts, or a coordinator
    Role {
        /// The programme's id
        programme: String,
        /// Her id, as `members` shows it
        #[arg(long, value_name = "ID")]
        person: String,
        /// volunteer or coordinator
        role: String,
        /// A district of hers; may be given several times
        #[arg(long, num_args = 1.., value_name = "NAME")]
        district: Vec<String>,
    },
    /// Take away the rights of a person with all her devices, or of one device
    #[command(group = ArgGroup::new("whom").required(true).args(["person", "device"]))]
    Revoke {
        /// The programme's id
        programme: String,
        /// Her id, as `members` shows it
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        /// The device's id, as `devices` shows it
        #[arg(long, value_name = "ID")]
        device: Option<String>,
        /// It is lost: it tries once to hand over what it has not sent, and then empties itself whatever came of it
        #[arg(long)]
        wipe: bool,
    },
    /// Give a person her rights back
    #[command(group = ArgGroup::new("whom").required(true).args(["person", "everyone"]))]
    Reinstate {
        /// The programme's id
        programme: String,
        /// Her id, as `members` shows it
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        /// After a restore without a journal: let everybody in who waits. Who was revoked stays so
        #[arg(long)]
        everyone: bool,
    },
    /// List the people of a programme
    Members {
        /// The programme's id
        programme: String,
    },
    /// List the invitations that nobody has used yet
    Invitations {
        /// The programme's id
        programme: String,
        /// End this one first, as the list names it
        #[arg(long, value_name = "INVITATION")]
        end: Option<String>,
    },
    /// List the browsers that are signed in to the review pages
    Browsers {
        /// The programme's id
        programme: String,
        /// Sign this one out first, as the list names it
        #[arg(long, value_name = "BROWSER")]
        end: Option<String>,
    },
    /// List the devices of a programme, with what each told last
    Devices {
        /// The programme's id
        programme: String,
    },
    /// Look whether everything that is kept is as it was written
    Check,
    /// Tell what time the server believes it to be, or say that its clock is right
    Clock {
        #[command(subcommand)]
        command: Option<ClockCommand>,
    },
    /// Tell who did what in a programme and when, newest first
    Audit {
        /// The programme's id
        programme: String,
        /// At most so many entries
        #[arg(long, default_value_t = 200, value_name = "NUMBER")]
        limit: u32,
        /// Only what was done before this entry: "next" of an earlier answer
        #[arg(long, value_name = "ENTRY")]
        before: Option<i64>,
    },
    /// Write everything the server keeps, its key included, into one file
    Backup {
        /// The file to write; it must not be there yet
        file: PathBuf,
        /// Encrypt it for this age recipient (age1…); may be given several times
        #[arg(long, value_name = "RECIPIENT")]
        to: Vec<String>,
    },
    /// Put a backup in the place of what the folder holds, while no server runs in it
    Restore {
        /// The backup
        file: PathBuf,
        /// The file with the age identity that opens it; - for standard input
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
        /// Restore although the journal is lost: nobody is admitted until you say so
        #[arg(long)]
        without_journal: bool,
        /// Restore although this server did not sign the backup
        #[arg(long)]
        unsigned: bool,
    },
    /// Make a link that signs a coordinator in to the review pages, once
    ReviewLink {
        /// The programme's id
        programme: String,
        /// The coordinator's id, as `members` shows it
        #[arg(long, value_name = "ID")]
        person: String,
        /// How long the link can be used: 15m, at most 24h
        #[arg(long, default_value = "15m", value_name = "TIME")]
        expires: String,
    },
}

#[derive(Debug, Subcommand)]
enum ClockCommand {
    /// The clock is right although it leapt: what waits for it goes on, and notes whose days are over go now
    Confirm,
}

#[derive(Debug, Subcommand)]
enum ProgrammeCommand {
    /// Make a programme with its starter lists
    Create {
        /// What it is called
        name: String,
        /// Two letters of ISO 3166-1, such as NO or SE
        #[arg(long, value_name = "CC")]
        country: String,
        /// A name such as Europe/Oslo; that of the country where it has one
        #[arg(long, value_name = "TZ")]
        time_zone: Option<String>,
        /// Its languages: nb, sv, ar, ti …
        #[arg(long, num_args = 1.., value_name = "CODE", required = true)]
        language: Vec<String>,
        /// Its districts; may be given several times
        #[arg(long, num_args = 1.., value_name = "NAME", required = true)]
        district: Vec<String>,
    },
    /// List the programmes
    List,
}

/// What is wanted.
pub(super) enum Asked {
    Serve(ServeOptions),
    Backup(BackupOptions),
    Restore(RestoreOptions),
    Admin(AdminRequest),
}

impl Arguments {
    /// What is wanted, as far as it can be known without looking.
    pub(super) fn asked(&self) -> Result<Asked, AdminError> {
        Ok(match &self.command {
            Command::Serve {
                listen,
                public_url,
                insecure,
                tls_cert,
                tls_key,
                http_redirect,
                trusted_proxy,
                audit_years,
                metrics_token_file,
            } => Asked::Serve(ServeOptions {
                listen: *listen,
                public_url: public_url.clone(),
                insecure: *insecure,
                tls: tls_cert.clone().zip(tls_key.clone()).map(|(certificate, key)| TlsFiles { certificate, key }),
                http_redirect: *http_redirect,
                trusted_proxies: trusted_proxy.iter().map(|text| network(text)).collect::<Result<_, _>>()?,
                audit_years: *audit_years,
                metrics_token_file: metrics_token_file.clone(),
            }),
            Command::Programme { command: ProgrammeCommand::List } => Asked::Admin(AdminRequest::ListProgrammes),
            Command::Programme {
                command: ProgrammeCommand::Create { name, country, time_zone, language, district },
            } => Asked::Admin(AdminRequest::CreateProgramme {
                name: name.clone(),
                country: country.clone(),
                time_zone: time_zone.clone(),
                languages: language.clone(),
                districts: district.clone(),
            }),
            Command::Invite { programme, person: Some(person), expires, .. } => {
                Asked::Admin(AdminRequest::InviteFurther {
                    programme: programme_id(programme)?,
                    person: person_id(person)?,
                    lasts_millis: expires.as_deref().map(lasts).transpose()?,
                })
            }
            Command::Invite { programme, person: None, role: of, name, district, expires } => {
                Asked::Admin(AdminRequest::Invite {
                    programme: programme_id(programme)?,
                    role: role(of.as_deref().unwrap_or_default())?,
                    name: name.clone().unwrap_or_default(),
                    districts: district.clone(),
                    lasts_millis: expires.as_deref().map(lasts).transpose()?,
                })
            }
            Command::Role { programme, person, role: of, district } => Asked::Admin(AdminRequest::Role {
                programme: programme_id(programme)?,
                person: person_id(person)?,
                role: role(of)?,
                districts: district.clone(),
            }),
            Command::Revoke { programme, person, device, wipe } => {
                let (programme, wipe) = (programme_id(programme)?, *wipe);
                Asked::Admin(match device {
                    Some(device) => AdminRequest::RevokeDevice { programme, device: device_id(device)?, wipe },
                    None => {
                        let person = person_id(person.as_deref().unwrap_or_default())?;
                        AdminRequest::Revoke { programme, person, wipe }
                    }
                })
            }
            Command::Reinstate { programme, person, everyone: _ } => Asked::Admin(AdminRequest::Reinstate {
                programme: programme_id(programme)?,
                person: person.as_deref().map(person_id).transpose()?,
            }),
            Command::Members { programme } => {
                Asked::Admin(AdminRequest::Members { programme: programme_id(programme)? })
            }
            Command::Devices { programme } => {
                Asked::Admin(AdminRequest::Devices { programme: programme_id(programme)? })
            }
            Command::Invitations { programme, end } => {
                Asked::Admin(AdminRequest::Invitations { programme: programme_id(programme)?, end: end.clone() })
            }
            Command::Browsers { programme, end } => {
                Asked::Admin(AdminRequest::Browsers { programme: programme_id(programme)?, end: end.clone() })
            }
            Command::Check => Asked::Admin(AdminRequest::Check),
            Command::Clock { command: None } => Asked::Admin(AdminRequest::Clock),
            Command::Clock { command: Some(ClockCommand::Confirm) } => Asked::Admin(AdminRequest::ConfirmClock),
            Command::Audit { programme, limit, before } => Asked::Admin(AdminRequest::Audit {
                programme: programme_id(programme)?,
                before: *before,
                limit: *limit,
            }),
            Command::Backup { file, to } => Asked::Backup(BackupOptions { file: file.clone(), to: to.clone() }),
            Command::Restore { file, identity, without_journal, unsigned } => Asked::Restore(RestoreOptions {
                file: file.clone(),
                identity: identity.clone(),
                without_journal: *without_journal,
                unsigned: *unsigned,
            }),
            Command::ReviewLink { programme, person, expires } => Asked::Admin(AdminRequest::ReviewLink {
                programme: programme_id(programme)?,
                person: person_id(person)?,
                lasts_millis: millis("expires", expires, reviewing::LINK_LASTS_MAX_MILLIS)?,
            }),
        })
    }
}

/// An address or a network.
fn network(text: &str) -> Result<IpNet, AdminError> {
    let address = || text.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical()));
    text.parse().ok().or_else(address).ok_or_else(|| {
        let message = format!("trusted_proxy: {text:?} is not an address or a network, such as 10.0.0.0/8");
        AdminError::invalid("trusted_proxy", message)
    })
}

fn programme_id(text: &str) -> Result<ProgrammeId, AdminError> {
    text.parse().map_err(|_| not_an_id("programme", text))
}

fn person_id(text: &str) -> Result<PersonId, AdminError> {
    text.parse().map_err(|_| not_an_id("person", text))
}

fn device_id(text: &str) -> Result<DeviceId, AdminError> {
    text.parse().map_err(|_| not_an_id("device", text))
}

fn role(name: &str) -> Result<Role, AdminError> {
    Role::from_name(name).ok_or_else(|| AdminError::invalid("role", "role is one of volunteer, coordinator"))
}

fn not_an_id(field: &str, given: &str) -> AdminError {
    let message = format!("{field}: {given:?} is not an id, such as 01936f0e-7d5c-7b3a-9c1e-2f4a5b6c7d8e");
    AdminError::invalid(field, message)
}

/// How long an invitation can be used.
fn lasts(text: &str) -> Result<i64, AdminError> {
    millis("expires", text, INVITATION_LASTS_MAX_MILLIS)
}

/// A time such as `7d` in milliseconds.
fn millis(field: &str, text: &str, most: i64) -> Result<i64, AdminError> {
    let wrong = || {
        let most = most / (60 * 60 * 1000);
        AdminError::invalid(field, format!("{field} is a number with s, m, h or d, such as 7d; at most {most}h"))
    };
    let unit = text.chars().last().ok_or_else(wrong)?;
    let unit_millis = match unit {
        's' => 1000,
        'm' => 60 * 1000,
        'h' => 60 * 60 * 1000,
        'd' => DAY,
        _ => return Err(wrong()),
    };
    let number: i64 = text.strip_suffix(unit).and_then(|number| number.parse().ok()).ok_or_else(wrong)?;
    number.checked_mul(unit_millis).filter(|millis| (1..=most).contains(millis)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        assert_eq!(millis("expires", "7d", INVITATION_LASTS_MAX_MILLIS).unwrap(), 7 * DAY);
        assert_eq!(millis("expires", "90s", INVITATION_LASTS_MAX_MILLIS).unwrap(), 90_000);
        for wrong in ["", "d", "7", "-1d", "0s", "7w", "1.5h", "99999d", "7ø", "99999999999999999999d"] {
            assert!(millis("expires", wrong, INVITATION_LASTS_MAX_MILLIS).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_command_of_the_administrators_page_is_one() {
        let page = include_str!("../../ADMINISTRATOR.md");
        let options = page.lines().find_map(|line| line.strip_prefix("echo 'FOOTBRIDGE_OPTIONS=")).unwrap();
        let options = options.split('\'').next().unwrap();
        let spans = page.split('`').flat_map(str::lines).filter_map(|span| span.strip_prefix("footbridge-server "));
        let commands: Vec<String> = spans.map(str::to_owned).chain([format!("serve {options}")]).collect();
        assert!(commands.len() > 14, "{commands:?}");
        for command in commands.iter().filter(|command| !command.contains('…')) {
            let id = "01936f0e-7d5c-7b3a-9c1e-2f4a5b6c7d8e";
            let command = command.split(" < ").next().unwrap();
            let said = command.replace("PROGRAMME", id).replace(" ID", &format!(" {id}")).replace('"', "");
            let words = ["footbridge-server", "--data", "x"].into_iter().chain(said.split_whitespace());
            let parsed = Arguments::try_parse_from(words).unwrap_or_else(|error| panic!("{command}: {error}"));
            assert!(parsed.asked().is_ok(), "{command}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn several_districts_can_follow_one_option_or_several() {
        let line = "footbridge-server --data x programme create Bro --country SE --language sv ar --district A B \
                    --district C --json";
        let parsed = Arguments::try_parse_from(line.split_whitespace()).unwrap();
        assert!(parsed.json);
        let Asked::Admin(AdminRequest::CreateProgramme { languages, districts, .. }) = parsed.asked().unwrap() else {
            panic!("another command");
        };
        assert_eq!((languages.len(), districts.len()), (2, 3));
    }
}

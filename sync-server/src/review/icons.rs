//! Small pictures beside words, drawn in lines of the colour of the text. Called by the pages. Invariant: no picture
//! says what no word says.

use footbridge_model::Kind;
use maud::{Markup, PreEscaped, html};

fn drawn(lines: &str) -> Markup {
    html! {
        svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"
            stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false" {
            (PreEscaped(lines))
        }
    }
}

/// Where a visit took place.
pub(super) fn of_visit(kind: &str) -> Markup {
    drawn(match kind {
        "home" => r#"<path d="M4 11.5 12 5l8 6.5M6.5 9.8V19h11V9.8M10.3 19v-4.7h3.4V19"/>"#,
        "phone" => {
            r#"<path d="M6.8 4.2h2.9l1.5 3.9-2 1.5a12 12 0 0 0 5.2 5.2l1.5-2 3.9 1.5v2.9a1.7 1.7 0 0 1-1.8 1.6A15.4 15.4 0 0 1 5.2 6 1.7 1.7 0 0 1 6.8 4.2z"/>"#
        }
        "service" => r#"<path d="M4 9.5 12 5l8 4.5zM6.5 9.5v7M10.2 9.5v7M13.8 9.5v7M17.5 9.5v7M4 19h16"/>"#,
        "cafe" => {
            r#"<path d="M5 9.5h11v4.2a4.8 4.8 0 0 1-4.8 4.8H9.8A4.8 4.8 0 0 1 5 13.7zM16 10.8h1.4a2.3 2.3 0 0 1 0 4.6H15.6M8.7 3.8v2.7M12.3 3.8v2.7"/>"#
        }
        _ => {
            r#"<path d="M12 20.5s-6.2-5.5-6.2-10.3a6.2 6.2 0 0 1 12.4 0c0 4.8-6.2 10.3-6.2 10.3z"/><circle cx="12" cy="10.2" r="2.3"/>"#
        }
    })
}

/// A record of any kind.
pub(super) fn of_kind(kind: Kind, of_visit: Option<&str>) -> Markup {
    match kind {
        Kind::Visit => self::of_visit(of_visit.unwrap_or_default()),
        Kind::Note => note(),
        Kind::Contact | Kind::Person => person(),
        Kind::FollowUp | Kind::Programme | Kind::Code => done(),
    }
}

/// A phone or tablet.
pub(super) fn device() -> Markup {
    drawn(r#"<rect x="7" y="3.5" width="10" height="17" rx="2"/><path d="M11 17.6h2"/>"#)
}

/// Somebody.
pub(super) fn person() -> Markup {
    drawn(r#"<circle cx="12" cy="8.5" r="3.7"/><path d="M4.8 20a7.2 7.2 0 0 1 14.4 0"/>"#)
}

/// There are notes.
pub(super) fn note() -> Markup {
    drawn(r#"<path d="M6 4.5h12v10.8L13.3 20H6zM13.3 20v-4.7H18M9 9h6M9 12.3h6"/>"#)
}

/// Answers differ: one road that parts in two.
pub(super) fn differ() -> Markup {
    drawn(
        r#"<path d="M12 20v-5.5c0-3.5-6-3.5-6-8V4.5M12 14.5c0-3.5 6-3.5 6-8V4.5M3.8 6.7 6 4.5l2.2 2.2M15.8 6.7 18 4.5l2.2 2.2"/>"#,
    )
}

/// It is done.
pub(super) fn done() -> Markup {
    drawn(r#"<circle cx="12" cy="12" r="8.5"/><path d="m8.3 12.3 2.6 2.6 4.9-5.4"/>"#)
}

/// Something to know.
pub(super) fn heed() -> Markup {
    drawn(r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 8v4.8M12 15.9v.1"/>"#)
}

/// The bridge.
pub(super) fn bridge() -> Markup {
    html! {
        svg class="mark" viewBox="0 0 40 28" width="40" height="28" fill="none" stroke="currentColor" stroke-width="2.6"
            stroke-linecap="round" aria-hidden="true" focusable="false" {
            path d="M2 13.5C9 5 31 5 38 13.5" {}
            path d="M2 21.5c2.5-8 9.5-8 12 0 2.5-8 9.5-8 12 0 2.5-8 9.5-8 12 0" {}
        }
    }
}

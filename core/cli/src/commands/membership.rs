//! Belonging to a programme: `join` and `leave`.

use footbridge_client::FootbridgeError;
use footbridge_text::Arg;
use serde_json::json;

use super::Terminal;
use crate::exit::Failure;
use crate::wording::visible;

impl Terminal<'_> {
    pub(super) fn join(&self, url: &str, device: Option<String>) -> Result<(), Failure> {
        let is_asked = device.is_none() && self.output.can_ask() && !self.phone.status(self.output.language)?.joined;
        let device = device.or_else(|| is_asked.then(|| self.output.ask(&self.words.text("cli-device-name-ask", &[]))));
        if let Some(name) = device.filter(|name| !name.trim().is_empty()) {
            self.phone.name_device(&name)?;
        }
        let joined = self.runtime.block_on(self.phone.join(url)).map_err(|error| match error {
            FootbridgeError::Invalid { .. } => Failure::Known { error, key: "link-invalid", named: Vec::new() },
            error => Failure::Core(error),
        })?;
        if self.output.json {
            return self.output.value(&serde_json::to_value(&joined).unwrap_or_default());
        }
        let programme = self.programme_name();
        match self.phone.person_name(&joined.person)?.map(|name| visible(&name)) {
            Some(name) if !programme.is_empty() => {
                self.output.sentence("joined", &[("name", (&name).into()), ("programme", (&programme).into())])?;
            }
            _ => self.output.sentence("cli-joined", &[])?,
        }
        self.output.sentence("cli-joined-next", &[("command", "sync".into())])
    }

    pub(super) fn leave(&self, even_unsent: bool) -> Result<(), Failure> {
        let unsent = self.phone.status(self.output.language)?.unsent;
        let programme = self.programme_name();
        self.phone.leave(even_unsent)?;
        if self.output.json {
            return self.output.value(&json!({"left": true}));
        }
        self.output.sentence("left", &[("programme", Arg::Text(&programme))])?;
        if unsent > 0 {
            self.output.sentence("left-with-unsent", &[("count", unsent.into())])?;
        }
        Ok(())
    }
}

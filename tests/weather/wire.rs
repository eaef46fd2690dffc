//! What went over the wire and could have changed something: every write with its parameters and its answer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rolewright::sandbox::{Delivery, Request, Response, Sandbox};

/// One write.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) at: Timestamp,
    pub(crate) action: String,
    pub(crate) parameters: BTreeMap<String, String>,
    /// The instance it is about, also where it names only an association.
    pub(crate) instance: Option<String>,
    /// AWS's error code and message; none when it took effect.
    pub(crate) refusal: Option<(String, String)>,
    /// Whether the answer arrived.
    pub(crate) heard: bool,
}

impl Sent {
    /// A request about to be handled, unless it only reads.
    pub(crate) fn of(request: &Request, sandbox: &Sandbox, at: Timestamp) -> Option<Self> {
        let body = String::from_utf8_lossy(&request.body);
        let mut parameters: BTreeMap<String, String> = body
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), decoded(value)))
            .collect();
        let action = parameters.remove("Action")?;
        if ["Get", "List", "Describe"]
            .iter()
            .any(|verb| action.starts_with(verb))
        {
            return None;
        }
        let instance = parameters.get("InstanceId").cloned();
        let by_association = parameters.get("AssociationId");
        let instance = instance.or_else(|| instance_of(by_association?, sandbox));
        Some(Self {
            at,
            action,
            parameters,
            instance,
            refusal: None,
            heard: false,
        })
    }

    /// The same with its answer, whether that arrives or not.
    pub(crate) fn answered(mut self, response: &Response) -> Self {
        self.heard = response.delivery == Delivery::Deliver;
        if response.status != 200 {
            let body = String::from_utf8_lossy(&response.body);
            let between = |name: &str| {
                let (_, rest) = body.split_once(&format!("<{name}>"))?;
                Some(rest.split_once("</")?.0.to_owned())
            };
            let code = between("Code").unwrap_or_default();
            self.refusal = Some((code, between("Message").unwrap_or_default()));
        }
        self
    }

    /// Whether it took effect.
    pub(crate) fn is_done(&self) -> bool {
        self.refusal.is_none()
    }

    /// A parameter's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

fn instance_of(association: &str, sandbox: &Sandbox) -> Option<String> {
    let world = sandbox.world();
    let mut regions = world.regions.values();
    regions.find_map(|region| Some(region.associations.get(association)?.instance.clone()))
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text)
        .decode_utf8_lossy()
        .into_owned()
}

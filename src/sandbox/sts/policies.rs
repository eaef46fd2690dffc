//! Session policies and how much room they and the tags take.

use super::Call;
use crate::sandbox::authorize;
use crate::sandbox::fault::Fault;
use crate::sandbox::policy;
use crate::sandbox::rule::Rule;
use crate::sandbox::world::Tags;
use crate::sandbox::xml::Fields;

/// What a call gives its session beside a lifetime.
#[derive(Debug)]
pub(super) struct Packed {
    /// Documents, those of managed policies included.
    pub(super) policies: Vec<String>,
    /// `PackedPolicySize`, if there is anything to pack.
    percent: Option<usize>,
}

/// Managed policies that one call may name.
const MOST_ARNS: usize = 10;
/// Characters of session policies as they are sent, ARNs included.
const MOST_PLAIN: usize = 2048;
/// AWS does not say how it packs. The sandbox does not, and takes this many characters for all of the room.
const ROOM: usize = 4096;

impl Packed {
    pub(super) fn of(call: &Call<'_>, tags: &Tags) -> Result<Packed, Fault> {
        let inline = call.form.optional(&Rule::SESSION_POLICY)?;
        inline.map_or(Ok(()), policy::identity)?;
        let arns = arns(call)?;
        let plain = arns.iter().chain(&inline).map(|text| text.chars().count());
        let plain: usize = plain.sum();
        let tagged = tags
            .iter()
            .map(|(key, value)| (key.chars().count(), value.chars().count()));
        let tagged: usize = tagged.map(|(key, value)| key + value).sum();
        let percent = ((plain + tagged) * 100).div_ceil(ROOM);
        if plain > MOST_PLAIN || percent > 100 {
            let percent = percent.max((plain * 100).div_ceil(MOST_PLAIN));
            let text = format!(
                "Packed policy consumes {percent}% of allotted space, please use smaller policy."
            );
            return Err(Fault::new("PackedPolicyTooLarge", text));
        }
        let managed = arns.iter().map(|arn| authorize::document(arn));
        Ok(Packed {
            policies: inline
                .into_iter()
                .chain(managed)
                .map(str::to_owned)
                .collect(),
            percent: (percent > 0).then_some(percent),
        })
    }

    pub(super) fn shown(&self) -> Fields {
        Fields::new().maybe("PackedPolicySize", self.percent)
    }
}

fn arns<'a>(call: &Call<'a>) -> Result<Vec<&'a str>, Fault> {
    let members = call.form.members("PolicyArns.member").into_iter();
    let arns = members.filter_map(|member| call.form.get(&format!("{member}.arn")));
    let arns: Vec<&str> = arns.collect();
    arns.iter()
        .try_for_each(|arn| Rule::POLICY_ARN.check(arn))?;
    if arns.len() > MOST_ARNS {
        let text = format!("Cannot exceed quota for PoliciesPerSession: {MOST_ARNS}");
        return Err(Fault::limit_exceeded(text));
    }
    Ok(arns)
}

//! Lists come in pages; whoever follows the markers sees everything once.

use super::{Story, text, texts};
use crate::sandbox::Weather;

impl Story {
    /// Follows IAM's markers; gives the names on each page.
    fn pages(&self, action: &str, name: &str, parameters: &[(&str, &str)]) -> Vec<Vec<String>> {
        let (mut pages, mut marker) = (Vec::new(), None::<String>);
        loop {
            let more: Vec<(&str, &str)> = marker
                .iter()
                .map(|marker| ("Marker", marker.as_str()))
                .collect();
            let body = self.iam(action, &[parameters, &more].concat()).ok();
            pages.push(texts(&body, name));
            if text(&body, "IsTruncated") == "false" {
                return pages;
            }
            marker = Some(text(&body, "Marker"));
        }
    }
}

fn with_roles(weather: Weather, count: usize) -> Story {
    let story = Story::with(weather);
    for number in 0..count {
        story.role(&format!("role-{number:03}")).ok();
    }
    story
}

#[test]
fn a_page_has_a_hundred_unless_asked_otherwise() {
    let story = with_roles(Weather::calm(), 149);
    let sizes = |parameters| {
        story
            .pages("ListRoles", "RoleName", parameters)
            .iter()
            .map(Vec::len)
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(&[]), [100, 50]);
    assert_eq!(sizes(&[("MaxItems", "1000")]), [150]);
    assert_eq!(sizes(&[("MaxItems", "75")]), [75, 75]);
    let all = story
        .pages("ListRoles", "RoleName", &[("MaxItems", "7")])
        .concat();
    assert_eq!(all.len(), 150);
    assert!(all.is_sorted());
}

#[test]
fn a_page_may_end_early() {
    let story = with_roles(
        Weather {
            short_pages: 0.5,
            ..Weather::calm()
        },
        19,
    );
    let pages = story.pages("ListRoles", "RoleName", &[("MaxItems", "4")]);
    assert!(
        pages.iter().rev().skip(1).any(|page| page.len() < 4),
        "{pages:?}"
    );
    assert_eq!(pages.concat().len(), 20);
}

#[test]
fn details_are_cut_through_all_lists_together() {
    let story = with_roles(Weather::calm(), 3);
    let pages = story.pages(
        "GetAccountAuthorizationDetails",
        "RoleName",
        &[("MaxItems", "1")],
    );
    assert_eq!(
        pages,
        [
            vec![],
            vec!["AWSServiceRoleForSupport".to_owned()],
            vec!["role-000".to_owned()],
            vec!["role-001".to_owned()],
            vec!["role-002".to_owned()]
        ]
    );
    let users = [("Filter.member.1", "User")];
    assert_eq!(
        story.pages("GetAccountAuthorizationDetails", "UserName", &users),
        [["sandbox"]]
    );
}

#[test]
fn small_lists_page_too() {
    let story = with_roles(Weather::calm(), 1);
    let role = ("RoleName", "role-000");
    for name in ["a", "b", "c"] {
        story
            .iam(
                "PutRolePolicy",
                &[
                    role,
                    ("PolicyName", name),
                    ("PolicyDocument", super::S3_POLICY),
                ],
            )
            .ok();
        story
            .iam(
                "TagRole",
                &[
                    role,
                    ("Tags.member.1.Key", name),
                    ("Tags.member.1.Value", ""),
                ],
            )
            .ok();
        story
            .iam("CreateInstanceProfile", &[("InstanceProfileName", name)])
            .ok();
        story
            .iam(
                "AddRoleToInstanceProfile",
                &[("InstanceProfileName", name), role],
            )
            .ok();
    }
    let two = ("MaxItems", "2");
    assert_eq!(
        story.pages("ListRolePolicies", "member", &[role, two]),
        [vec!["a", "b"], vec!["c"]]
    );
    assert_eq!(
        story.pages("ListRoleTags", "Key", &[role, two]),
        [vec!["a", "b"], vec!["c"]]
    );
    assert_eq!(
        story.pages(
            "ListInstanceProfilesForRole",
            "InstanceProfileName",
            &[role, two]
        ),
        [vec!["a", "b"], vec!["c"]]
    );
    assert_eq!(
        story.pages("ListInstanceProfiles", "InstanceProfileName", &[two]),
        [vec!["a", "b"], vec!["c"]]
    );
}

#[test]
fn markers_cannot_be_invented() {
    let story = Story::calm();
    assert_eq!(
        story.iam("ListRoles", &[("Marker", "1")]).fault(),
        "400 ValidationError: Invalid Marker."
    );
    assert!(
        story
            .iam("ListRoles", &[("MaxItems", "0")])
            .fault()
            .contains("greater than or equal to 1")
    );
}

#[test]
fn ec2_pages_by_token() {
    let story = Story::calm();
    story
        .ec2(
            "RunInstances",
            &[
                ("ImageId", "ami-11aa22bb"),
                ("MinCount", "1"),
                ("MaxCount", "8"),
            ],
        )
        .ok();
    let mut seen = Vec::new();
    let mut token = None::<String>;
    loop {
        let more: Vec<(&str, &str)> = token
            .iter()
            .map(|token| ("NextToken", token.as_str()))
            .collect();
        let body = story
            .ec2(
                "DescribeInstances",
                &[&[("MaxResults", "5")], &more[..]].concat(),
            )
            .ok();
        seen.push(texts(&body, "instanceId"));
        match texts(&body, "nextToken").pop() {
            Some(next) => token = Some(next),
            None => break,
        }
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5, 3]);
    seen.concat()
        .iter()
        .for_each(|id| assert!(id.starts_with("i-")));
    let faults = [
        story
            .ec2(
                "DescribeInstances",
                &[("MaxResults", "5"), ("InstanceId.1", super::RUNNING)],
            )
            .fault(),
        story
            .ec2("DescribeInstances", &[("MaxResults", "4")])
            .fault(),
        story
            .ec2("DescribeInstances", &[("MaxResults", "1001")])
            .fault(),
        story
            .ec2("DescribeInstances", &[("NextToken", "x")])
            .fault(),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r"
    400 InvalidParameterCombination: The parameter instancesSet cannot be used with the parameter maxResults
    400 InvalidParameterValue: Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than 5.
    400 InvalidParameterValue: Value ( 1001 ) for parameter maxResults is invalid. Expecting a value less than or equal to 1000.
    400 InvalidParameterValue: Unable to parse pagination token
    ");
}

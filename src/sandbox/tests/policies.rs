//! What IAM refuses in policy documents, and what becomes of principals.

use super::{EC2_TRUST, S3_POLICY, Story};

fn trust(principal: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}}}"#
    )
}

fn identity(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

impl Story {
    fn put(&self, document: &str) -> super::Answer {
        self.iam(
            "PutRolePolicy",
            &[
                ("RoleName", "r"),
                ("PolicyName", "p"),
                ("PolicyDocument", document),
            ],
        )
    }

    fn trust(&self, document: &str) -> super::Answer {
        self.iam(
            "UpdateAssumeRolePolicy",
            &[("RoleName", "r"), ("PolicyDocument", document)],
        )
    }

    fn trust_of(&self, role: &str) -> String {
        self.iam("GetRole", &[("RoleName", role)])
            .document("AssumeRolePolicyDocument")
    }
}

#[test]
fn identity_policies_are_refused_in_the_words_of_iam() {
    let story = Story::calm();
    story.role("r").ok();
    let allow = |rest: &str| identity(&format!(r#"{{"Effect":"Allow",{rest}}}"#));
    let documents = [
        "{".to_owned(),
        "[]".to_owned(),
        r#"{"Version":"2012-10-17"}"#.to_owned(),
        r#"{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}"#.to_owned(),
        S3_POLICY.replace("2012-10-17", "2013-10-17"),
        identity(r#"{"Action":"s3:*","Resource":"*"}"#),
        identity(r#"{"Effect":"allow","Action":"s3:*","Resource":"*"}"#),
        allow(r#""Resource":"*""#),
        allow(r#""Action":"s3:*""#),
        allow(r#""Action":"s3","Resource":"*""#),
        allow(r#""Action":"s 3:*","Resource":"*""#),
        allow(r#""Action":"s3:*","NotAction":"s3:*","Resource":"*""#),
        allow(r#""Action":"s3:*","Resource":"bucket""#),
        allow(r#""Action":"s3:*","Resource":["*","arn:aws-cn:s3:::b"]"#),
        allow(r#""Action":"s3:*","Resource":"*","Principal":"*""#),
        allow(r#""Action":"s3:*","Resource":"*","Sid":"a-b""#),
        allow(r#""Action":"s3:*","Resource":"*","Effekt":"x""#),
        allow(r#""Action":"s3:*","Resource":"*","Condition":{"StringIs":{"aws:x":"y"}}"#),
        identity(&[r#"{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"}"#; 2].join(",")),
    ];
    let faults: Vec<String> = documents
        .iter()
        .map(|document| story.put(document).fault())
        .collect();
    insta::assert_snapshot!(faults.join("\n"), @r#"
    400 MalformedPolicyDocument: This policy contains invalid Json
    400 MalformedPolicyDocument: Syntax errors in policy.
    400 MalformedPolicyDocument: Missing required field Statement
    400 MalformedPolicyDocument: This policy contains invalid Json
    400 MalformedPolicyDocument: Syntax errors in policy.
    400 MalformedPolicyDocument: Missing required field Effect
    400 MalformedPolicyDocument: Invalid effect: allow
    400 MalformedPolicyDocument: Policy statement must contain actions.
    400 MalformedPolicyDocument: Policy statement must contain resources.
    400 MalformedPolicyDocument: Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.
    400 MalformedPolicyDocument: Vendor s 3 is not valid
    400 MalformedPolicyDocument: Syntax errors in policy.
    400 MalformedPolicyDocument: Resource bucket must be in ARN format or "*".
    400 MalformedPolicyDocument: Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::b".
    400 MalformedPolicyDocument: Policy document should not specify a principal.
    400 MalformedPolicyDocument: Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*
    400 MalformedPolicyDocument: Syntax errors in policy.
    400 MalformedPolicyDocument: Invalid Condition type : StringIs.
    400 MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique.
    "#);
}

#[test]
fn sound_identity_policies_come_back_as_they_were_put() {
    let story = Story::calm();
    story.role("r").ok();
    let document = r#"{ "Statement": { "Sid": "", "Effect": "Deny", "NotAction": ["S3:Get*", "*"], "NotResource": "arn:aws:s3:::b/*",
        "Condition": { "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": ["a+b", "c"] }, "Null": { "aws:x": true } } } }"#;
    story.put(document).ok();
    let get = || story.iam("GetRolePolicy", &[("RoleName", "r"), ("PolicyName", "p")]);
    assert_eq!(get().document("PolicyDocument"), document);
    assert!(
        get().get("PolicyDocument").contains("a%2Bb"),
        "a plus sign is encoded"
    );
}

#[test]
fn trust_policies_are_refused_in_the_words_of_iam() {
    let story = Story::calm();
    story.role("r").ok();
    let documents = [
        EC2_TRUST.replace(r#""Action""#, r#""Resource":"*","Action""#),
        EC2_TRUST.replace("Principal", "NotPrincipal"),
        EC2_TRUST.replace(r#""Principal":{"Service":"ec2.amazonaws.com"},"#, ""),
        EC2_TRUST.replace(r#","Action":"sts:AssumeRole""#, ""),
        EC2_TRUST.replace("sts:AssumeRole", "s3:GetObject"),
        trust(r#"{"Service":"ec2.amazon.com"}"#),
        trust(r#"{"AWS":"arn:aws:iam::123456789012:role/nobody"}"#),
        trust(
            r#"{"AWS":["arn:aws:iam::123456789012:user/sandbox","arn:aws:iam::123456789012:user/Sandbox"]}"#,
        ),
        trust(r#"{"AWS":"AROAIIZKPBKS2LEXAMPLE"}"#),
        trust(r#"{"AWS":"arn:aws:iam::123456789012:group/all"}"#),
        trust(r#"{"AWS":"arn:aws-cn:iam::123456789012:root"}"#),
        trust(r#"{"Nobody":"x"}"#),
        trust("[]"),
    ];
    let faults: Vec<String> = documents
        .iter()
        .map(|document| story.trust(document).fault())
        .collect();
    insta::assert_snapshot!(faults.join("\n"), @r#"
    400 MalformedPolicyDocument: Has prohibited field Resource
    400 MalformedPolicyDocument: Has prohibited field NotPrincipal
    400 MalformedPolicyDocument: Missing required field Principal
    400 MalformedPolicyDocument: Missing required field Action
    400 MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.
    400 MalformedPolicyDocument: Invalid principal in policy: "SERVICE":"ec2.amazon.com"
    400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/nobody"
    400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/Sandbox"
    400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"AROAIIZKPBKS2LEXAMPLE"
    400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:group/all"
    400 MalformedPolicyDocument: Invalid principal in policy: "AWS":"arn:aws-cn:iam::123456789012:root"
    400 MalformedPolicyDocument: Invalid principal in policy: "Nobody":"x"
    400 MalformedPolicyDocument: Syntax errors in policy.
    "#);
    assert_eq!(
        story.trust_of("r"),
        EC2_TRUST,
        "none of them changed anything"
    );
}

#[test]
fn sound_principals_are_taken() {
    let story = Story::calm();
    story.role("r").ok();
    for principal in [
        r#""*""#,
        r#"{"AWS":"*"}"#,
        r#"{"Service":["ec2.amazonaws.com","ec2.amazonaws.com.cn"]}"#,
        r#"{"AWS":"arn:aws:iam::999999999999:role/elsewhere"}"#,
        r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/r/session"}"#,
        r#"{"Federated":"cognito-identity.amazonaws.com"}"#,
    ] {
        let document = trust(principal);
        story.trust(&document).ok();
        assert_eq!(story.trust_of("r"), document);
    }
}

#[test]
fn a_bare_account_is_stored_as_its_root() {
    let story = Story::calm();
    story.role("r").ok();
    story.trust(&trust(r#"{"AWS":"123456789012"}"#)).ok();
    assert_eq!(
        story.trust_of("r"),
        trust(r#"{"AWS":"arn:aws:iam::123456789012:root"}"#)
    );
}

#[test]
fn a_deleted_principal_shows_its_id_and_does_not_heal() {
    let mut story = Story::calm();
    story.role("r").ok();
    let id = story.role("caller").get("RoleId");
    let arn = r#"{"AWS":"arn:aws:iam::123456789012:role/caller"}"#;
    story.trust(&trust(arn)).ok();
    assert_eq!(story.trust_of("r"), trust(arn));
    story.iam("DeleteRole", &[("RoleName", "caller")]).ok();
    let bare = trust(&format!(r#"{{"AWS":"{id}"}}"#));
    assert_eq!(story.trust_of("r"), bare);
    story.wait(1);
    story.role("caller").ok();
    assert_eq!(
        story.trust_of("r"),
        bare,
        "another role of the same name is another principal"
    );
    story.trust(&trust(arn)).ok();
    assert_eq!(story.trust_of("r"), trust(arn));
}

#[test]
fn users_are_principals_too() {
    let story = Story::calm();
    story.role("r").ok();
    story
        .iam("CreateUser", &[("UserName", "alice"), ("Path", "/team/")])
        .ok();
    let document = trust(r#"{"AWS":["arn:aws:iam::123456789012:user/team/alice"]}"#);
    story.trust(&document).ok();
    assert_eq!(story.trust_of("r"), document);
    story.iam("DeleteUser", &[("UserName", "alice")]).ok();
    assert!(story.trust_of("r").contains(r#""AWS":["AIDA"#));
    let fault = story.iam("DeleteUser", &[("UserName", "sandbox")]).fault();
    assert_eq!(
        fault,
        "409 DeleteConflict: Cannot delete entity, must delete access keys first."
    );
}

#[test]
fn a_user_has_inline_policies_too() {
    let story = Story::calm();
    let put = |document: &str| {
        let named = [("UserName", "Sandbox"), ("PolicyName", "p")];
        story.iam(
            "PutUserPolicy",
            &[&named[..], &[("PolicyDocument", document)]].concat(),
        )
    };
    let named = [("UserName", "sandbox"), ("PolicyName", "p")];
    let get = || story.iam("GetUserPolicy", &named);
    put(S3_POLICY).ok();
    assert_eq!(get().document("PolicyDocument"), S3_POLICY);
    let listed = story.iam("ListUserPolicies", &named[..1]);
    assert!(listed.get("PolicyNames").contains('p'));
    let filter = [("Filter.member.1", "User")];
    let details = story.iam("GetAccountAuthorizationDetails", &filter);
    assert!(
        details.body.contains("<UserPolicyList>"),
        "{}",
        details.body
    );
    let long = format!(
        r#""Action":"s3:{}","Resource":"*","Effect":"Allow""#,
        "a".repeat(2_000)
    );
    let told = [
        put(&identity(&format!("{{{long}}}"))).fault(),
        put("{").fault(),
        story
            .iam("DeleteUserPolicy", &[("UserName", "nobody"), named[1]])
            .fault(),
    ];
    story.iam("DeleteUserPolicy", &named).ok();
    insta::assert_snapshot!(format!("{}\n{}", told.join("\n"), get().fault()), @"
    409 LimitExceeded: Maximum policy size of 2048 bytes exceeded for user sandbox
    400 MalformedPolicyDocument: This policy contains invalid Json
    404 NoSuchEntity: The user with name nobody cannot be found.
    404 NoSuchEntity: The user policy with name p cannot be found.
    ");
}

//! Whether two documents mean the same to AWS.

use super::{Document, normal};

/// Whether AWS makes no difference between two documents: order, duplicates, one member or a list of one, the
/// letter case of actions and condition keys, and account id or root ARN (of `partition`) do not matter. `Sid`,
/// `Id` and `Version` do.
pub fn same(a: &Document, b: &Document, partition: &str) -> bool {
    // Most documents are byte for byte as they were last time.
    a == b || normal::document(a, partition) == normal::document(b, partition)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn equal(a: Value, b: Value) -> bool {
        let [a, b] = [a, b].map(|json| Document::from_json(json).unwrap());
        let forth = same(&a, &b, "aws");
        assert_eq!(forth, same(&b, &a, "aws"), "must not depend on the side");
        let [one, other] = [&a, &b].map(|document| normal::canonical(document, "aws"));
        assert_eq!(forth, one == other, "digests must agree: {one} {other}");
        forth
    }

    fn around(statements: Value) -> Value {
        Value::Object(Map::from_iter([("Statement".to_owned(), statements)]))
    }

    fn statements(a: Value, b: Value) -> bool {
        equal(around(a), around(b))
    }

    #[test]
    fn one_member_is_a_list_of_one() {
        assert!(statements(
            json!({"Action": "a:b", "Resource": "*", "Condition": {"Bool": {"k:x": "true"}}}),
            json!([{"Action": ["a:b"], "Resource": ["*"], "Condition": {"Bool": {"k:x": ["true"]}}}]),
        ));
        assert!(statements(
            json!({"NotAction": "a:b", "NotResource": "*", "Principal": {"Service": "s"}}),
            json!([{"NotAction": ["a:b"], "NotResource": ["*"], "Principal": {"Service": ["s"]}}]),
        ));
    }

    #[test]
    fn order_and_duplicates_say_nothing() {
        assert!(statements(
            json!([{"Sid": "A", "Action": ["a:b", "a:c"]}, {"Sid": "B"}, {"Sid": "B"}]),
            json!([{"Sid": "B"}, {"Action": ["a:c", "a:b", "a:c"], "Sid": "A"}]),
        ));
    }

    #[test]
    fn version_and_id_are_compared_exactly() {
        let with = |version: &str| json!({"Version": version, "Statement": []});
        assert!(!equal(with("2012-10-17"), with("2008-10-17")));
        assert!(!equal(with("2012-10-17"), json!({"Statement": []})));
        assert!(!equal(json!({"Id": "a"}), json!({"Id": "b"})));
        assert!(!equal(json!({"Id": "a"}), json!({})));
    }

    #[test]
    fn a_sid_belongs_to_its_statement() {
        assert!(!statements(json!({"Sid": "A"}), json!({"Sid": "B"})));
        assert!(!statements(json!({"Sid": "A"}), json!({})));
        assert!(!statements(json!({"Sid": "A"}), json!({"Sid": "a"})));
    }

    #[test]
    fn effect_is_compared_with_its_letter_case() {
        assert!(!statements(
            json!({"Effect": "Allow"}),
            json!({"Effect": "Deny"})
        ));
        assert!(!statements(
            json!({"Effect": "Allow"}),
            json!({"Effect": "allow"})
        ));
    }

    #[test]
    fn actions_ignore_letter_case_and_keep_their_wildcards() {
        assert!(statements(
            json!({"Action": "S3:getObject"}),
            json!({"Action": "s3:GetObject"})
        ));
        assert!(statements(
            json!({"NotAction": "S3:*"}),
            json!({"NotAction": "s3:*"})
        ));
        assert!(!statements(
            json!({"Action": "s3:Get*"}),
            json!({"Action": "s3:Get?"})
        ));
        assert!(!statements(
            json!({"Action": "s3:*"}),
            json!({"NotAction": "s3:*"})
        ));
    }

    #[test]
    fn condition_keys_ignore_letter_case_and_operators_and_values_do_not() {
        let with = |operator: &str, key: &str, value: Value| json!({"Condition": {operator: {key: value}}});
        assert!(statements(
            with("StringEquals", "aws:ResourceTag/Team", json!("x")),
            with("StringEquals", "AWS:resourcetag/TEAM", json!("x")),
        ));
        assert!(!statements(
            with("StringEquals", "aws:a", json!("x")),
            with("StringEquals", "aws:a", json!("X")),
        ));
        assert!(!statements(
            with("ArnEquals", "aws:a", json!("x")),
            with("ArnLike", "aws:a", json!("x")),
        ));
        assert!(!statements(
            with("StringEquals", "aws:a", json!("x")),
            with("ForAnyValue:StringEquals", "aws:a", json!("x")),
        ));
    }

    #[test]
    fn condition_values_may_be_bare() {
        let with = |value: Value| json!({"Condition": {"Bool": {"aws:a": value}}});
        assert!(statements(with(json!(true)), with(json!("true"))));
        assert!(statements(with(json!(5)), with(json!(["5"]))));
        assert!(!statements(with(json!(5)), with(json!(6))));
    }

    #[test]
    fn tests_on_one_key_in_two_spellings_are_not_merged() {
        // Both must hold, while a list of values holds when one of them does.
        assert!(!statements(
            json!({"Condition": {"StringLike": {"aws:a": "x", "AWS:A": "y"}}}),
            json!({"Condition": {"StringLike": {"aws:a": ["x", "y"]}}}),
        ));
    }

    #[test]
    fn resources_are_compared_with_their_letter_case() {
        assert!(!statements(
            json!({"Resource": "arn:aws:s3:::Bucket"}),
            json!({"Resource": "arn:aws:s3:::bucket"}),
        ));
    }

    #[test]
    fn anyone_and_any_aws_principal_are_kept_apart() {
        assert!(!statements(
            json!({"Principal": "*"}),
            json!({"Principal": {"AWS": "*"}})
        ));
    }

    #[test]
    fn an_account_id_is_its_root_arn_in_its_partition() {
        let with = |principals: Value| json!({"Principal": {"AWS": principals}});
        let id = json!(["123456789012", "arn:aws:iam::210987654321:root"]);
        let root = json!(["210987654321", "arn:aws:iam::123456789012:root"]);
        assert!(statements(with(id.clone()), with(root.clone())));
        assert!(statements(
            json!({"NotPrincipal": {"AWS": id}}),
            json!({"NotPrincipal": {"AWS": root}}),
        ));
        let china = json!("arn:aws-cn:iam::123456789012:root");
        assert!(!statements(
            with(json!("123456789012")),
            with(china.clone())
        ));
        let [a, b] = [json!("123456789012"), china]
            .map(|one| Document::from_json(json!({"Statement": with(one)})).unwrap());
        assert!(same(&a, &b, "aws-cn"));
        assert!(!statements(
            json!({"Principal": {"CanonicalUser": "123456789012"}}),
            json!({"Principal": {"CanonicalUser": "arn:aws:iam::123456789012:root"}}),
        ));
    }

    #[test]
    fn principals_keep_their_letter_case_and_their_type() {
        assert!(!statements(
            json!({"Principal": {"AWS": "arn:aws:iam::123456789012:user/Ann"}}),
            json!({"Principal": {"AWS": "arn:aws:iam::123456789012:user/ann"}}),
        ));
        assert!(!statements(
            json!({"Principal": {"Service": "a.b"}}),
            json!({"Principal": {"Federated": "a.b"}}),
        ));
        assert!(!statements(
            json!({"Principal": {"Service": "ec2.amazonaws.com"}}),
            json!({"Principal": {"Service": "ec2.amazonaws.com.cn"}}),
        ));
    }

    #[test]
    fn arns_in_conditions_are_never_rewritten() {
        let with =
            |value: &str| json!({"Condition": {"StringEquals": {"aws:PrincipalArn": value}}});
        assert!(!statements(
            with("123456789012"),
            with("arn:aws:iam::123456789012:root"),
        ));
    }

    #[test]
    fn empty_parts_are_equal_to_themselves_and_not_to_absent_ones() {
        assert!(statements(
            json!({"Condition": {}}),
            json!({"Condition": {}})
        ));
        assert!(!statements(json!({"Condition": {}}), json!({})));
        assert!(!statements(json!({"Action": []}), json!({})));
        assert!(!statements(json!({"Principal": {}}), json!({})));
        assert!(statements(
            json!({"Principal": {"AWS": [], "Service": "s"}}),
            json!({"Principal": {"Service": "s"}}),
        ));
    }

    #[test]
    fn a_recreated_principal_shows_as_another_one() {
        assert!(!statements(
            json!({"Principal": {"AWS": "AROAEXAMPLEEXAMPLE123"}}),
            json!({"Principal": {"AWS": "arn:aws:iam::123456789012:role/web"}}),
        ));
    }

    #[test]
    fn unknown_elements_are_compared_as_they_stand() {
        assert!(statements(
            json!({"New": {"a": 1, "b": 2}}),
            json!({"New": {"b": 2, "a": 1}})
        ));
        assert!(!statements(json!({"New": 1}), json!({"New": 2})));
        assert!(!equal(json!({"New": 1}), json!({})));
    }

    #[test]
    fn what_is_no_policy_equals_only_the_same_text() {
        let same = |a: &str, b: &str| same(&Document::observed(a), &Document::observed(b), "aws");
        assert!(same("oops", "oops"));
        assert!(!same("oops", "ooops"));
        assert!(!same("[]", "{}"));
        assert!(!same("", "{}"));
    }
}

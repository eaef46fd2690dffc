//! S3: buckets, their policies, and plain objects, for the cases in which a bucket's policy denies a caller. No
//! versions, no ACLs, no multipart uploads. Facts: Amazon S3 API reference, 2006-03-01.

mod answer;
mod bucket;
mod list;
mod object;
mod policy;
mod rest;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::fault::Fault;
use super::form::Form;
use super::http::header;
use super::route::row;
use super::world::{Bucket, Iam};
use super::xml::Fields;

pub(crate) use answer::{Envelope, response};
pub(crate) use policy::shown;
pub(crate) use rest::form;

/// One call as a handler sees it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) form: &'a Form,
    pub(crate) body: &'a [u8],
    /// IAM as S3 sees it: behind the present.
    pub(crate) seen: &'a Iam,
    pub(crate) iam: &'a Iam,
    pub(crate) now: Timestamp,
    pub(crate) region: &'a str,
}

/// What S3 answers when all is well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) type Buckets = BTreeMap<String, Bucket>;

/// How an action is carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Read(fn(&Buckets, &Call<'_>) -> Result<Reply, Fault>),
    Write(fn(&mut Buckets, &Call<'_>) -> Result<Reply, Fault>),
}

use Action::{Read, Write};

const ACTIONS: &[(&str, Action)] = &[
    ("CreateBucket", Write(bucket::create)),
    ("DeleteBucket", Write(bucket::delete)),
    ("DeleteBucketPolicy", Write(policy::delete)),
    ("DeleteObject", Write(object::delete)),
    ("GetBucketLocation", Read(bucket::location)),
    ("GetBucketPolicy", Read(policy::get)),
    ("GetObject", Read(object::get)),
    ("HeadBucket", Read(bucket::head)),
    ("HeadObject", Read(object::head)),
    ("ListBuckets", Read(bucket::list)),
    ("ListObjectsV2", Read(list::objects)),
    ("PutBucketPolicy", Write(policy::put)),
    ("PutObject", Write(object::put)),
];

pub(crate) fn action(name: &str) -> Option<Action> {
    row(ACTIONS, name)
}

impl Call<'_> {
    fn bucket(&self) -> &str {
        self.form.get("Bucket").unwrap_or_default()
    }

    fn key(&self) -> &str {
        self.form.get("Key").unwrap_or_default()
    }
}

impl Reply {
    fn empty(status: u16) -> Reply {
        Reply {
            status,
            ..Reply::default()
        }
    }

    fn of(headers: Vec<(String, String)>, body: Vec<u8>) -> Reply {
        Reply {
            status: 200,
            headers,
            body,
        }
    }

    fn xml(root: &str, fields: &Fields) -> Reply {
        let namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
        let headers = vec![header("Content-Type", "application/xml")];
        Reply::of(headers, fields.clone().document(root, Some(namespace)))
    }
}

fn no_such_bucket() -> Fault {
    Fault::new("NoSuchBucket", "The specified bucket does not exist")
}

/// The bucket that a call names, at its own region's endpoint and of the expected owner.
pub(crate) fn checked(
    buckets: &Buckets,
    form: &Form,
    region: &str,
    iam: &Iam,
) -> Result<(), Fault> {
    let (Some(name), action) = (form.get("Bucket"), form.get("Action")) else {
        return Ok(());
    };
    if action == Some("CreateBucket") {
        return Ok(());
    }
    let bucket = buckets.get(name).ok_or_else(no_such_bucket)?;
    if bucket.region != region {
        let text = format!(
            "The authorization header is malformed; the region '{region}' is wrong; expecting '{}'",
            bucket.region
        );
        return Err(Fault::new("AuthorizationHeaderMalformed", text));
    }
    let owner = form.get("ExpectedBucketOwner");
    if owner.is_some_and(|owner| owner != iam.account) {
        return Err(Fault::new("AccessDenied", "Access Denied"));
    }
    Ok(())
}

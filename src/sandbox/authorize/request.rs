//! What a call asks permission for: each action with its resource and the values of condition keys, as the Service
//! Authorization Reference has them for IAM, EC2 and S3.

use super::{AccessDenied, Call, Context, arn, subject};
use crate::sandbox::catalogue;
use crate::sandbox::principal::{self, Principal};
use crate::sandbox::service::Service;
use crate::sandbox::world::{Iam, InstanceProfile, Tags, World};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// `iam:CreateRole`.
    pub(super) action: String,
    /// The ARN of what it is about, or `*`.
    pub(super) resource: String,
    /// What conditions can look at.
    pub(super) context: Context,
}

impl Request {
    pub(super) fn denied(&self, because: &str) -> AccessDenied {
        AccessDenied {
            action: self.action.clone(),
            resource: self.resource.clone(),
            because: because.to_owned(),
        }
    }
}

pub(super) fn requests(world: &World, principal: &Principal, call: &Call<'_>) -> Vec<Request> {
    let asking = Asking {
        world,
        principal,
        call,
    };
    match call.service {
        Service::Sts => asking.sts(),
        Service::Iam => asking.iam(),
        Service::Ec2 => asking.ec2(),
        Service::S3 => asking.s3(),
    }
}

struct Asking<'a> {
    world: &'a World,
    principal: &'a Principal,
    call: &'a Call<'a>,
}

/// The resource types that a launch has to be allowed on, beside what it names.
const LAUNCHED: [&str; 2] = ["network-interface", "volume"];

impl Asking<'_> {
    /// Only `GetFederationToken` is asked about, and sessions may not call that at all: AWS answers the others whatever the
    /// policies say, and `AssumeRole` is `assume`'s.
    fn sts(&self) -> Vec<Request> {
        let (iam, form) = (&self.world.iam, self.call.form);
        let asked = self.call.action == "GetFederationToken" && self.principal.terms().is_none();
        let Some(name) = form.get("Name").filter(|_| asked) else {
            return Vec::new();
        };
        let resource = principal::federated_arn(&iam.account, name);
        let mut context = self.context();
        let tags = tags_of(self.call, "Tags.member");
        request_tags(&mut context, &tags);
        let tagging = (!tags.is_empty()).then_some("TagSession");
        let actions = std::iter::once(self.call.action).chain(tagging);
        actions
            .map(|action| self.request(action, &resource, context.clone()))
            .collect()
    }

    /// Some calls go by the name of another's permission (Amazon S3 user guide, "Required permissions for API operations").
    fn s3(&self) -> Vec<Request> {
        let form = self.call.form;
        let action = match self.call.action {
            "HeadBucket" | "ListObjectsV2" => "ListBucket",
            "HeadObject" => "GetObject",
            "ListBuckets" => "ListAllMyBuckets",
            action => action,
        };
        let resource = match (form.get("Bucket"), form.get("Key")) {
            (Some(bucket), Some(key)) => format!("arn:aws:s3:::{bucket}/{key}"),
            (Some(bucket), None) => format!("arn:aws:s3:::{bucket}"),
            (None, _) => "*".to_owned(),
        };
        let mut context = self.context();
        set(&mut context, "aws:resourceaccount", &self.world.iam.account);
        if let Some(prefix) = form.get("Prefix") {
            set(&mut context, "s3:prefix", prefix);
        }
        vec![self.request(action, &resource, context)]
    }

    fn iam(&self) -> Vec<Request> {
        let iam = &self.world.iam;
        let (resource, tags) = self.iam_resource(iam);
        let mut context = self.context();
        resource_tags(&mut context, "iam", tags);
        let asked = tags_of(self.call, "Tags.member");
        request_tags(&mut context, &asked);
        let untagged = self.call.form.list("TagKeys.member").into_iter();
        context
            .entry("aws:tagkeys".to_owned())
            .or_default()
            .extend(untagged.map(str::to_owned));
        if let Some(arn) = self.call.form.get("PolicyArn") {
            set(&mut context, "iam:policyarn", arn);
        }
        if let Some(boundary) = self.boundary(iam) {
            set(&mut context, "iam:permissionsboundary", &boundary);
        }
        let tagging = match self.call.action {
            "CreateRole" => Some("TagRole"),
            "CreateInstanceProfile" => Some("TagInstanceProfile"),
            _ => None,
        };
        let tagging = tagging.filter(|_| !asked.is_empty());
        let more = tagging.map(|action| self.request(action, &resource, context.clone()));
        let role = self.call.form.get("RoleName");
        let passed = role.filter(|_| self.call.action == "AddRoleToInstanceProfile");
        let passed = passed.map(|role| self.pass(&role_arn(iam, role, None)));
        let own = self.request(self.call.action, &resource, context);
        std::iter::once(own).chain(more).chain(passed).collect()
    }

    /// The ARN of what an IAM call is about, and its tags.
    fn iam_resource<'i>(&self, iam: &'i Iam) -> (String, Option<&'i Tags>) {
        let form = self.call.form;
        let path = form
            .get("Path")
            .filter(|_| self.call.action.starts_with("Create"));
        if let Some(name) = form.get("InstanceProfileName") {
            let known = iam.profile(name);
            let resource = match (known, path) {
                (Some(profile), None) => iam.profile_arn(profile),
                (_, path) => arn(iam, "instance-profile", path.unwrap_or("/"), name),
            };
            return (resource, known.map(|known| &known.tags));
        }
        if let Some(name) = form.get("RoleName") {
            let tags = iam.role(name).map(|role| &role.tags);
            return (role_arn(iam, name, path), tags);
        }
        match form.get("UserName").and_then(|name| iam.user(name)) {
            Some(user) => (iam.user_arn(user), Some(&user.tags)),
            None => ("*".to_owned(), None),
        }
    }

    /// The boundary that is set, or that the role has.
    fn boundary(&self, iam: &Iam) -> Option<String> {
        let asked = self.call.form.get("PermissionsBoundary").map(str::to_owned);
        let role = self.call.form.get("RoleName");
        let role = role.and_then(|name| iam.role(name));
        asked.or_else(|| role?.permissions_boundary.clone())
    }

    fn ec2(&self) -> Vec<Request> {
        let form = self.call.form;
        let mut requests = match self.call.action {
            "RunInstances" => self.launch(),
            // The one of these that AWS decides instance by instance.
            action if action.starts_with("Describe") && action != "DescribeInstanceAttribute" => {
                vec![self.request(action, "*", self.ec2_context())]
            }
            "CreateTags" | "DeleteTags" => self.on_instances(&form.list("ResourceId")),
            _ => {
                let associated = form.get("AssociationId");
                let associated = associated.and_then(|id| self.instance_of(id));
                let named = [form.get("InstanceId"), associated].into_iter().flatten();
                let all: Vec<&str> = named.chain(form.list("InstanceId")).collect();
                self.on_instances(&all)
            }
        };
        let profile = self.profile();
        if let Some(role) = profile.and_then(|profile| profile.role.as_deref()) {
            requests.push(self.pass(&role_arn(&self.world.iam, role, None)));
        }
        requests
    }

    /// The same action on each of some instances; on an unknown one when there are none.
    fn on_instances(&self, ids: &[&str]) -> Vec<Request> {
        let ids = if ids.is_empty() { &["unknown"] } else { ids };
        let requests = ids.iter().map(|id| {
            let mut context = self.ec2_context();
            let region = self.world.regions.get(self.call.region);
            let instance = region.and_then(|region| region.instances.get(*id));
            resource_tags(&mut context, "ec2", instance.map(|one| &one.tags));
            request_tags(&mut context, &tags_of(self.call, "Tag"));
            self.request(self.call.action, &self.regional("instance", id), context)
        });
        requests.collect()
    }

    fn launch(&self) -> Vec<Request> {
        let form = self.call.form;
        let mut context = self.ec2_context();
        let mut tags = Tags::new();
        for member in form.members("TagSpecification") {
            if form.get(&format!("{member}.ResourceType")) == Some("instance") {
                tags.extend(tags_of(self.call, &format!("{member}.Tag")));
            }
        }
        request_tags(&mut context, &tags);
        let image = form.get("ImageId").unwrap_or("*");
        let image = format!("arn:aws:ec2:{}::image/{image}", self.call.region);
        let interfaces = || form.get("NetworkInterface.1.SubnetId");
        let subnet = form.get("SubnetId").or_else(interfaces);
        let subnet = subnet.unwrap_or(catalogue::SUBNET);
        let groups = ["SecurityGroupId", "NetworkInterface.1.SecurityGroupId"];
        let groups = groups
            .iter()
            .flat_map(|list| form.list(list))
            .map(|id| self.regional("security-group", id));
        let mut resources = vec![self.regional("instance", "*"), image];
        resources.push(self.regional("subnet", subnet));
        resources.extend(LAUNCHED.map(|kind| self.regional(kind, "*")));
        resources.extend(groups);
        let key = form.get("KeyName");
        resources.extend(key.map(|name| self.regional("key-pair", name)));
        let own = resources
            .iter()
            .map(|resource| self.request("RunInstances", resource, context.clone()));
        let mut requests: Vec<Request> = own.collect();
        if !tags.is_empty() {
            let mut context = context.clone();
            set(&mut context, "ec2:createaction", "RunInstances");
            requests.push(self.request("CreateTags", &self.regional("instance", "*"), context));
        }
        requests
    }

    /// Giving a role to EC2.
    fn pass(&self, role: &str) -> Request {
        let mut context = self.context();
        set(&mut context, "iam:passedtoservice", "ec2.amazonaws.com");
        Request {
            action: "iam:PassRole".to_owned(),
            resource: role.to_owned(),
            context,
        }
    }

    fn profile(&self) -> Option<&InstanceProfile> {
        let form = self.call.form;
        let by_arn = form
            .get("IamInstanceProfile.Arn")
            .and_then(|arn| arn.rsplit('/').next());
        let name = by_arn.or_else(|| form.get("IamInstanceProfile.Name"))?;
        self.world.iam.profile(name)
    }

    fn instance_of(&self, association: &str) -> Option<&str> {
        let region = self.world.regions.get(self.call.region)?;
        Some(&region.associations.get(association)?.instance)
    }

    fn regional(&self, kind: &str, id: &str) -> String {
        let (region, account) = (self.call.region, &self.world.iam.account);
        format!("arn:aws:ec2:{region}:{account}:{kind}/{id}")
    }

    fn request(&self, action: &str, resource: &str, context: Context) -> Request {
        Request {
            action: format!("{}:{action}", self.call.service.name()),
            resource: resource.to_owned(),
            context,
        }
    }

    fn ec2_context(&self) -> Context {
        let mut context = self.context();
        set(&mut context, "ec2:region", self.call.region);
        if let Some(profile) = self.profile() {
            let arn = self.world.iam.profile_arn(profile);
            let key = if self.call.action == "RunInstances" {
                "ec2:instanceprofile"
            } else {
                "ec2:newinstanceprofile"
            };
            set(&mut context, key, &arn);
        }
        context
    }

    fn context(&self) -> Context {
        subject::context(&self.world.iam, self.principal, self.call)
    }
}

fn role_arn(iam: &Iam, name: &str, path: Option<&str>) -> String {
    match (iam.role(name), path) {
        (Some(role), None) => iam.role_arn(role),
        (_, path) => arn(iam, "role", path.unwrap_or("/"), name),
    }
}

pub(super) fn set(context: &mut Context, key: &str, value: &str) {
    context.insert(key.to_owned(), vec![value.to_owned()]);
}

pub(super) fn request_tags(context: &mut Context, tags: &Tags) {
    for (key, value) in tags {
        let key = format!("aws:requesttag/{}", key.to_lowercase());
        set(context, &key, value);
    }
    if !tags.is_empty() {
        context.insert("aws:tagkeys".to_owned(), tags.keys().cloned().collect());
    }
}

fn resource_tags(context: &mut Context, service: &str, tags: Option<&Tags>) {
    for (key, value) in tags.into_iter().flatten() {
        for prefix in ["aws", service] {
            let key = format!("{prefix}:resourcetag/{}", key.to_lowercase());
            set(context, &key, value);
        }
    }
}

fn tags_of(call: &Call<'_>, list: &str) -> Tags {
    let members = call.form.members(list).into_iter();
    let tags = members.filter_map(|member| {
        let field = |name: &str| call.form.get(&format!("{member}.{name}"));
        let (key, value) = (field("Key")?, field("Value").unwrap_or_default());
        Some((key.to_owned(), value.to_owned()))
    });
    tags.collect()
}

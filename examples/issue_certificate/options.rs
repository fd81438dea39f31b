//! The options of the program.

use crate::Failure;
use cloudcert::Image;
use lexopt::Arg::{Long, Short};
use lexopt::ValueExt;
use std::path::PathBuf;

pub(crate) const HELP: &str = "\
Issues a certificate at Alibaba Cloud and one at Kingsoft Cloud.

Without options it does so at an endpoint that it starts on this machine: no account, no money, no domain.

  --real           at the clouds themselves, with the access keys of the environment:
                   ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET, KSYUN_ACCESS_KEY and KSYUN_SECRET_KEY.
                   Orders cost money. It asks before each one.
  --endpoint URL   at another endpoint
  --only CLOUD     at one cloud: alibaba or kingsoft
  --out FOLDER     where keys, requests, certificates and the ids of orders are saved. Required with --real.
                   A key that is there is used again. Without it: a folder for temporary files
  --yes            do not ask before an order, an upload, a deployment or a revocation
  --deploy ID      put the certificate onto this cloud resource of Alibaba Cloud. Without it: onto one of its own endpoint
  --revoke         revoke the certificates in the end. Always done at its own endpoint
  --letter FILE    a picture of the signed letter that Kingsoft Cloud wants for a revocation.
                   Required with --revoke for its certificate, except at its own endpoint
  --domain NAME    the domain, www.example.com
  --email ADDRESS, --phone NUMBER, --name NAME
                   who applies
";

/// Where it orders.
#[derive(PartialEq, Eq)]
pub(crate) enum Where {
    /// At an endpoint of its own.
    Own,
    Endpoint(String),
    Real,
}

/// What was asked for.
pub(crate) struct Options {
    pub(crate) place: Where,
    pub(crate) alibaba: bool,
    pub(crate) kingsoft: bool,
    pub(crate) out: PathBuf,
    pub(crate) yes: bool,
    pub(crate) deploy: Option<i64>,
    pub(crate) revoke: bool,
    pub(crate) letter: Option<Image>,
    pub(crate) domain: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) name: String,
}

impl Options {
    /// Reads the arguments; `None` if help is wanted.
    pub(crate) fn read() -> Result<Option<Self>, Failure> {
        let mut options = Self {
            place: Where::Own,
            alibaba: true,
            kingsoft: true,
            out: std::env::temp_dir().join(format!("cloudcert-example-{}", std::process::id())),
            yes: false,
            deploy: None,
            revoke: false,
            letter: None,
            domain: "www.example.com".to_owned(),
            email: "ops@example.com".to_owned(),
            phone: "13800000000".to_owned(),
            name: "Li Lei".to_owned(),
        };
        let mut has_out = false;
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("real") => options.place = Where::Real,
                Long("endpoint") => options.place = Where::Endpoint(arguments.value()?.string()?),
                Long("only") => {
                    let cloud = arguments.value()?.string()?;
                    options.alibaba = cloud == "alibaba";
                    options.kingsoft = cloud == "kingsoft";
                    if !options.alibaba && !options.kingsoft {
                        return Err("--only takes alibaba or kingsoft".into());
                    }
                }
                Long("out") => {
                    options.out = arguments.value()?.into();
                    has_out = true;
                }
                Long("yes") => options.yes = true,
                Long("deploy") => options.deploy = Some(arguments.value()?.parse()?),
                Long("revoke") => options.revoke = true,
                Long("letter") => options.letter = Some(Image::from_bytes(std::fs::read(arguments.value()?)?)?),
                Long("domain") => options.domain = arguments.value()?.string()?,
                Long("email") => options.email = arguments.value()?.string()?,
                Long("phone") => options.phone = arguments.value()?.string()?,
                Long("name") => options.name = arguments.value()?.string()?,
                other => return Err(other.unexpected().into()),
            }
        }
        if options.place == Where::Real && !has_out {
            return Err("--real needs --out FOLDER: the key must be saved before anything is ordered".into());
        }
        let has_letter = options.letter.is_some() || options.place == Where::Own;
        if options.revoke && options.kingsoft && !has_letter {
            return Err(
                "--revoke needs --letter FILE at Kingsoft Cloud: the letter that asks for the revocation, signed"
                    .into(),
            );
        }
        Ok(Some(options))
    }
}

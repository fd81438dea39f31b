//! Kingsoft Cloud: apply, complete and submit, wait, download, save, revoke.

use crate::check;
use crate::options::Where;
use crate::{Failure, Session, note};
use cloudcert::ksyun_kcm::v2016_03_04::types::{CertificateId, Contact, CsrSource};
use cloudcert::ksyun_kcm::v2016_03_04::{Client, types::AuthMethod, types::CertificateCode};
use cloudcert::{CallOptions, Outcome};

pub(crate) async fn run(session: &Session) -> Result<(), Failure> {
    println!("Kingsoft Cloud");
    let client = Client::new(session.kingsoft.clone())?;
    let (owner, folder) = (&session.options, session.folder("kingsoft"));
    if !session.agreed("  This applies for a certificate, which costs money unless the product is free.")? {
        println!("  nothing was ordered");
        return Ok(());
    }
    let order = client
        .apply_certificate()
        .main_domain(&*owner.domain)
        .certificate_code(CertificateCode::from("GEODV01"))
        .domain_count(1)
        .wildcard_count(0)
        .year_length(1)
        .guard()
        .await?;
    let certificate = match order.send().await {
        Err(error) if error.outcome_unknown() => {
            let outcome = order.find_out().await?;
            let found = order.found().pop().filter(|_| matches!(outcome, Outcome::Executed { .. }));
            found.ok_or_else(|| format!("{error}; {outcome}"))?
        }
        sent => sent?.certificate,
    };
    let id = certificate.certificate_id;
    note(&folder, &format!("{}: certificate {id}", owner.domain))?;
    println!("  applied for {}: certificate {id}", owner.domain);

    let (last_name, first_name) = owner.name.split_once(' ').unwrap_or((&owner.name, ""));
    let contact = Contact::default().last_name(last_name).first_name(first_name);
    let contact = contact.phone(&*owner.phone).email(&*owner.email);
    client
        .update_certificate()
        .certificate_id(id.clone())
        .auth_method(AuthMethod::Dns)
        .csr_source(CsrSource::System)
        .contact(contact)
        .company_name("Example Ltd")
        .state("Beijing")
        .city("Beijing")
        .address("1 Example Road")
        .postal_code("100000")
        .is_submit(true)
        .await?;
    let detail = client.get_certificate_detail().certificate_id(id.clone()).await?;
    if let Some(proof) = detail.certificate.auth_content {
        let kind = proof.record_type.map_or_else(String::new, |kind| kind.to_string());
        let [name, value] = [proof.check_name, proof.check_value].map(Option::unwrap_or_default);
        println!("  submitted; to prove: {name} {kind} {value}");
    }
    session.published()?;
    client.wait_until_certificate_issued(id.clone()).initial_interval(session.interval()).await?;

    let link = client.get_download_link().certificate_id(id.clone()).await?.download_url;
    let bundle = client.download(link).await?.archive()?.bundle()?;
    let key = bundle.key.as_ref().ok_or("the archive holds no key")?;
    println!("  downloaded: {}", check::chain(&bundle.fullchain(), &check::public_of(key.expose())?, &owner.domain)?);
    // The service made the key, so each certificate has a folder of its own.
    let folder = folder.join(id.to_string());
    bundle.save(&folder)?;
    println!("  saved to {}", folder.display());

    let wanted = session.is_own() || session.options.revoke;
    if wanted && session.agreed("  This revokes the certificate for good.")? {
        revoke(session, &client, id).await?;
    }
    Ok(())
}

async fn revoke(session: &Session, client: &Client, id: CertificateId) -> Result<(), Failure> {
    let token = client.get_token().await?;
    let mut options = CallOptions::new();
    // The local endpoint names itself there.
    if let Some(host) = token.api_host.filter(|_| session.options.place == Where::Real) {
        options = options.endpoint(format!("https://{host}"));
    }
    // The endpoint of this program takes a made-up letter. `Options::read` asks for a signed one everywhere else.
    let letter = session.options.letter.clone().map_or_else(|| "aGVsbG8=".to_owned(), String::from);
    client
        .revoke_certificate()
        .certificate_id(id.clone())
        .reason("An example has ended")
        .revoke_letter(letter)
        .token(token.token)
        .with_options(options)
        .await?;
    client.wait_until_certificate_revoked(id).initial_interval(session.interval()).await?;
    println!("  revoked");
    Ok(())
}

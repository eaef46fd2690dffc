//! `whoami`: the account and identity that would be used.

use super::exit::Exit;
use super::failure::Failure;
use super::options::Common;
use super::session::Session;
use super::ui::Ui;

pub(super) async fn run(common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let session = Session::open(&common, None, ui).await?;
    let (caller, setting) = (&session.caller, &session.setting);
    if ui.json {
        Ui::print_json(&serde_json::json!({
            "account": caller.account,
            "arn": caller.arn,
            "partition": setting.partition,
            "region": setting.region,
        }));
    } else {
        Ui::result(&format!(
            "account    {}\nidentity   {}\nregion     {}\npartition  {}\n",
            caller.account, caller.arn, setting.region, setting.partition
        ));
    }
    session.close(ui).await?;
    Ok(Exit::Done)
}

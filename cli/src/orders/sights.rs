//! What the world sees of proofs, in the language of the user.

use crate::lang::Lang;
use cloudcert_orders::proof::sight::Sight;
use cloudcert_orders::text;

/// What the world sees of a proof: a line, and one for each server behind it.
pub(super) fn text(sight: &Sight, lang: Lang) -> String {
    let told = match sight {
        Sight::Record(report) => {
            let report = report.said();
            text!("the proof as others see it: {report}", "外界看到的验证信息：{report}"; report)
        }
        Sight::File { address, shown } => {
            let shown = shown.said();
            text!("the proof as others see it: {address}: {shown}", "外界看到的验证信息：{address}：{shown}"; shown)
        }
        Sight::Unknown(failure) => {
            let failure = failure.whole();
            text!("the proof as others see it: {failure}", "无法查看验证信息：{failure}"; failure)
        }
    };
    told.of(lang.into()).to_owned()
}

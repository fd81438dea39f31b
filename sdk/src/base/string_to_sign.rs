//! The beginning of a string to sign of Alibaba Cloud's signature 1.0, for signing and for finding one in a message.

/// What follows the method: the path `/`, encoded.
pub(crate) const ALIYUN_V1_PATH: &str = "&%2F&";

/// The method and the path, for each method.
pub(crate) const ALIYUN_V1_STARTS: [&str; 2] = ["POST&%2F&", "GET&%2F&"];

#[cfg(test)]
mod tests {
    use super::{ALIYUN_V1_PATH, ALIYUN_V1_STARTS};
    use crate::base::api::Method;

    #[test]
    fn each_start_is_a_method_and_the_path() {
        let starts = [Method::Post, Method::Get].map(|method| format!("{}{ALIYUN_V1_PATH}", method.as_str()));
        assert_eq!(starts, ALIYUN_V1_STARTS);
    }
}

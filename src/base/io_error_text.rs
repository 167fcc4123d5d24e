//! Messages for the user about file system errors.

use std::io::{Error, ErrorKind};

/// The reason without the system's error number, with advice where there is any.
pub fn describe_io_error(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no file of this name".to_owned(),
        ErrorKind::PermissionDenied => {
            "permission denied: ask its owner, or copy it as a user who may read it".to_owned()
        }
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "your share of the disk is full".to_owned(),
        ErrorKind::StaleNetworkFileHandle => "the network folder has changed: open the file again".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error ").next().unwrap_or(&text).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_reason_has_a_number_of_the_system() {
        for number in 1..140 {
            let said = describe_io_error(&Error::from_raw_os_error(number));
            assert!(!said.is_empty() && !said.contains("os error"), "{number}: {said}");
        }
        assert_eq!(describe_io_error(&ErrorKind::StorageFull.into()), "the disk is full");
        assert_eq!(describe_io_error(&Error::other("the frame is damaged")), "the frame is damaged");
    }
}

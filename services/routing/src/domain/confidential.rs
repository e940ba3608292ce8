//! A complaint about an agency's manager never enters that agency's queue (domain rule 9).

use super::catalogue::Catalogue;
use super::next_round::Decision;

/// Who must act instead of the agency whose manager is complained of: its supervisor, unless that has had the case;
/// then a person must decide.
#[must_use]
pub fn past_manager(catalogue: &Catalogue, agency: &str, tried: &[String]) -> Decision {
    let supervisor = catalogue.agencies.get(agency).map(|agency| agency.supervisor.as_str());
    match supervisor.filter(|code| catalogue.agencies.contains_key(*code)) {
        Some(supervisor) if !tried.iter().any(|code| code == supervisor) => {
            Decision::Refer(vec![supervisor.to_owned()])
        }
        Some(_) => Decision::Desk(
            "شکایت از مدیر دستگاه: دستگاه بالادست پرونده را برگرداند؛ به خود آن دستگاه نرود".to_owned(),
        ),
        None => {
            Decision::Desk("شکایت از مدیر دستگاه: دستگاه بالادست معلوم نیست؛ به خود آن دستگاه نرود".to_owned())
        }
    }
}

/// Whether a case may be given to an agency: not one about that agency's own manager.
#[must_use]
pub fn may_get(agency: &str, about_manager: &str) -> bool {
    about_manager.is_empty() || agency != about_manager
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::catalogue::{Agency, Format};
    use super::*;

    const CODES: [&str; 4] = ["water", "inspection", "governor", "nobody"];

    fn catalogue(supervisors: [usize; 3]) -> Catalogue {
        let agency = |(place, above): (usize, usize)| Agency {
            code: CODES[place].into(),
            province: "fars".into(),
            name_fa: "دستگاه".into(),
            name_en: "Agency".into(),
            format: Format::Protobuf,
            supervisor: if above == place { String::new() } else { CODES[above].into() },
        };
        let agencies = supervisors.into_iter().enumerate().map(agency).collect();
        Catalogue::new(agencies, Vec::new(), Vec::new())
    }

    #[test]
    fn it_goes_to_the_supervisor_once_and_then_to_a_person() {
        let catalogue = catalogue([1, 2, 2]);
        let is_desk = |agency: &str, tried: &[String]| {
            matches!(past_manager(&catalogue, agency, tried), Decision::Desk(_))
        };
        assert_eq!(past_manager(&catalogue, "water", &[]), Decision::Refer(vec!["inspection".into()]));
        assert!(is_desk("water", &["inspection".into()]));
        assert!(is_desk("governor", &[]), "nobody stands above it");
        assert!(is_desk("strangers", &[]));
    }

    proptest! {
        #[test]
        fn it_never_goes_to_that_agency(supervisors in [0..4_usize, 0..4, 0..4], about in 0..4_usize, tried in prop::sample::subsequence(CODES.to_vec(), 0..4)) {
            let tried: Vec<String> = tried.into_iter().map(str::to_owned).collect();
            if let Decision::Refer(agencies) = past_manager(&catalogue(supervisors), CODES[about], &tried) {
                let fit = |agency: &String| may_get(agency, CODES[about]) && !tried.contains(agency);
                prop_assert!(agencies.len() == 1 && agencies.iter().all(fit));
            }
        }
    }
}

//! The code lists that a programme starts with, and that a device offers before its first join. Their
//! labels are in the catalogues of the room `text`.

/// Names of the lists that a programme may change.
pub const LIST_NAMES: &[&str] = &["arose", "topics", "help", "with", "place", "next_step", "outcome"];

/// Each list with its codes, in the order in which they are offered.
pub const LISTS: &[(&str, &[&str])] = &[
    ("arose", &["by_chance", "she_came", "agreed", "neighbour", "school", "referred"]),
    (
        "topics",
        &[
            "family",
            "children",
            "kindergarten",
            "school",
            "education",
            "language_course",
            "work",
            "health",
            "housing",
            "economy",
            "leisure",
            "municipal_services",
            "civic_information",
        ],
    ),
    ("help", &["conversation", "information", "letter_translated", "form", "came_along", "referred", "phone_call"]),
    (
        "with",
        &[
            "municipality",
            "district_office",
            "school",
            "kindergarten",
            "social_services",
            "employment_service",
            "health_centre",
            "other",
        ],
    ),
    (
        "place",
        &[
            "bus",
            "library",
            "employment_service",
            "playground",
            "home",
            "laundry",
            "shop",
            "health_centre",
            "school",
            "cafe",
            "phone",
            "near_home",
            "other",
        ],
    ),
    (
        "next_step",
        &[
            "call_health_centre",
            "employment_service",
            "language_course",
            "studies",
            "work",
            "kindergarten_place",
            "school_meeting",
            "come_to_cafe",
            "get_back_to_her",
            "other",
        ],
    ),
    ("outcome", &["done", "not_needed", "could_not_reach", "passed_on"]),
];

/// How many days a programme keeps notes unless it says otherwise.
pub const NOTE_DAYS: i64 = 180;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_the_lists_are_those_of_their_table() {
        let names: Vec<_> = LISTS.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, LIST_NAMES);
    }
}

//! What of the list is wanted, as it stands in the address. Called by the list and its route. Invariant: what is
//! written into an address is read from it as the same; what cannot be read is as if it were absent.

use footbridge_model::{DocumentId, PersonId, Timestamp};

use crate::reviewing::Place;

/// What of the list is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this person.
    pub volunteer: Option<PersonId>,
    /// Only of this district.
    pub district: Option<String>,
    /// What comes after this place; from the newest where it is absent.
    pub after: Option<Place>,
}

impl Filter {
    /// From the pairs of an address.
    pub fn from_pairs(pairs: &[(String, String)]) -> Self {
        let find = |name: &str| {
            pairs.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
        };
        Self {
            volunteer: find("volunteer").and_then(|id| id.parse().ok()),
            district: find("district").map(str::to_owned),
            after: find("after").and_then(read_place),
        }
    }

    /// Whether anything is left out.
    pub fn is_narrowed(&self) -> bool {
        self.volunteer.is_some() || self.district.is_some()
    }

    /// The end of an address for the same list from another place, with its question mark.
    pub fn query(&self, after: Option<Place>) -> String {
        let mut pairs = Vec::new();
        pairs.extend(self.volunteer.map(|person| ("volunteer", person.to_string())));
        pairs.extend(self.district.clone().map(|district| ("district", district)));
        pairs.extend(after.map(|place| ("after", format!("{}.{}", place.sort_at.0, place.id))));
        query(pairs)
    }
}

/// The end of an address with these pairs, with its question mark; nothing where there are none.
pub fn query<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> String {
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if encoded.is_empty() { encoded } else { format!("?{encoded}") }
}

fn read_place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some(Place { sort_at: Timestamp(at.parse().ok()?), id: id.parse::<DocumentId>().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(query: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect()
    }

    #[test]
    fn a_list_is_the_same_from_its_address() {
        let place = Some(Place { sort_at: Timestamp(-5), id: DocumentId::from_bytes([7; 16]) });
        let filter = Filter {
            volunteer: Some(PersonId::from_bytes([3; 16])),
            district: Some("Närlunda & Öst".to_owned()),
            after: place,
        };
        assert_eq!(Filter::from_pairs(&pairs(&filter.query(place))), filter);
        assert_eq!(Filter::default().query(None), "");
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        let read = |query| Filter::from_pairs(&pairs(query));
        for wrong in ["volunteer=Amina", "after=1", "after=x.y", "after=9e9.1", "district="] {
            assert_eq!(read(wrong), Filter::default(), "{wrong}");
        }
    }
}

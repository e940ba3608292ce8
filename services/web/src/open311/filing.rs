//! `POST /open311/v2/requests`: a contact with a case, once, however often the program sends it on one day.

use axum::http::HeaderMap;
use contracts::intake::{Channel, Citizen, Kind, Outcome, RegisterContactRequest};
use uuid::Uuid;

use super::key::Program;
use super::params::Params;
use super::{Document, Fault, Node};
use crate::api::view::moment;
use crate::lang::Lang;
use crate::limits::Client;
use crate::state::App;

/// Kept with a case that is like an open one: a program cannot be asked back.
const NEW_CASE_REASON: &str = "از سامانهٔ دیگری (Open311) رسیده است.";

/// Files one request.
pub(super) async fn file(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    params: &Params,
) -> Result<Document, Fault> {
    let program = Program::of(app, client, params)?;
    let topic = params.required("service_code")?;
    let topics = app.names.topics();
    if topics.is_empty() {
        return Err(Fault::busy());
    }
    if !topics.iter().any(|(code, _)| code == topic) {
        return Err(Fault::not_found("service_code"));
    }
    let province = program.province(app, params)?;
    let citizen = citizen(params);
    // Who can be told an answer is owed one; what comes without a name and a number is an observation.
    let is_named = !citizen.name.is_empty() && !citizen.phone.is_empty();
    let request = RegisterContactRequest {
        request_key: key(app, &program, headers, params),
        channel: Channel::Web.into(),
        province: province.to_owned(),
        county: county(app, province, params)?,
        citizen: Some(citizen),
        kind: if is_named { Kind::Request } else { Kind::Report }.into(),
        topic: topic.to_owned(),
        text: text(params)?,
        place: place(params)?,
        outcome: Outcome::Register.into(),
        source_reference: format!("open311/{}", program.caller.id),
        new_case_reason: NEW_CASE_REASON.to_owned(),
        ..Default::default()
    };
    let made = app.intake.clone().register_contact(program.ask(request)).await?.into_inner();
    let notice = moment(made.due_at)
        .map_or_else(String::new, |due| format!("تا {} پاسخ داده می‌شود.", app.calendar.date(Lang::Fa, due)));
    let request = Node::Fields(vec![
        ("service_request_id", Node::Text(made.case_id)),
        ("service_notice", Node::Text(notice)),
        ("account_id", Node::Nothing),
    ]);
    Ok(Document { root: "service_requests", content: Node::Each("request", vec![request]) })
}

/// The program's own key, or one that follows from what it sends and the day: a repeat after a lost answer files nothing
/// twice, and the same words next week are another matter.
fn key(app: &App, program: &Program, headers: &HeaderMap, params: &Params) -> String {
    let own = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let content = match own {
        Some(own) => format!("key {own}"),
        None => format!("{} {}", app.calendar.day(app.clock.now()).civil(), params.content()),
    };
    request_key(program, &content)
}

/// The key of a registration of this program.
pub(super) fn request_key(program: &Program, content: &str) -> String {
    format!("open311/{}/{}", program.caller.id, Uuid::new_v5(&Uuid::NAMESPACE_OID, content.as_bytes()))
}

/// Who asks, as far as it is said.
pub(super) fn citizen(params: &Params) -> Citizen {
    let names = [params.get("first_name"), params.get("last_name")];
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    Citizen {
        name: names.join(" "),
        national_id: String::new(),
        phone: params.get("phone").to_owned(),
        email: params.get("email").to_owned(),
    }
}

/// The description, and where its pictures are.
fn text(params: &Params) -> Result<String, Fault> {
    let mut text = params.required("description")?.to_owned();
    for url in params.all("media_url") {
        text.push_str("\nتصویر: ");
        text.push_str(url);
    }
    Ok(text)
}

fn county(app: &App, province: &str, params: &Params) -> Result<String, Fault> {
    let county = params.get("attribute[county]");
    let counties = app.names.counties(province);
    if county.is_empty() || counties.is_empty() || counties.iter().any(|(code, _)| code == county) {
        return Ok(county.to_owned());
    }
    Err(Fault::bad("attribute[county] is none of the counties that the service's definition lists"))
}

/// Where it is: an address, a point, or both.
fn place(params: &Params) -> Result<String, Fault> {
    let mut place: Vec<String> =
        ["address_string", "address_id"].map(|name| params.get(name).to_owned()).into();
    match (params.get("lat"), params.get("long")) {
        ("", "") => {}
        (lat, long) => {
            let within =
                |text: &str, most: f64| text.parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most);
            if !within(lat, 90.0) || !within(long, 180.0) {
                return Err(Fault::bad("lat and long must be degrees (WGS 84), both of them"));
            }
            place.push(format!("({lat}, {long})"));
        }
    }
    place.retain(|part| !part.is_empty());
    if place.is_empty() {
        return Err(Fault::bad("lat and long, address_string or address_id must be provided"));
    }
    Ok(place.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        Params::of_query(Some(query))
    }

    #[test]
    fn a_place_is_an_address_or_a_point() {
        assert_eq!(
            place(&params("address_string=a+street&lat=38.08&long=46.29")).unwrap(),
            "a street (38.08, 46.29)"
        );
        assert_eq!(place(&params("address_id=7")).unwrap(), "7");
        for bad in ["", "lat=38.08", "lat=91&long=46", "lat=north&long=46"] {
            assert!(place(&params(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_said_of_a_citizen_and_pictures_is_kept() {
        let sent = params(
            "first_name=A&last_name=B+C&phone=0912&description=d&media_url=https://a/1&media_url=https://a/2",
        );
        assert_eq!(citizen(&sent).name, "A B C");
        assert_eq!(text(&sent).unwrap(), "d\nتصویر: https://a/1\nتصویر: https://a/2");
        assert!(text(&params("media_url=https://a/1")).is_err());
    }
}

//! A gRPC server under routing's contract that knows one topic and one agency.

use contracts::routing::routing_service_server::RoutingService;
use contracts::routing::*;
use tonic::{Request, Response, Status};

pub struct Catalogue;

#[tonic::async_trait]
impl RoutingService for Catalogue {
    async fn list_topics(
        &self,
        _: Request<ListTopicsRequest>,
    ) -> Result<Response<ListTopicsResponse>, Status> {
        let topic = |code: &str, parent: &str, name_fa: &str, name_en: &str| Topic {
            code: code.to_owned(),
            parent: parent.to_owned(),
            name_fa: name_fa.to_owned(),
            name_en: name_en.to_owned(),
        };
        let topics = vec![
            topic("power", "", "برق", "Electricity"),
            topic("power.streetlight", "power", "روشنایی معابر", "Street lighting"),
        ];
        Ok(Response::new(ListTopicsResponse { topics }))
    }

    async fn list_agencies(
        &self,
        request: Request<ListAgenciesRequest>,
    ) -> Result<Response<ListAgenciesResponse>, Status> {
        // Two pages: the name stands on the second.
        let second = !request.into_inner().page_token.is_empty();
        let agency = Agency {
            code: "shiraz-municipality".to_owned(),
            name_en: "Shiraz Municipality".to_owned(),
            ..Agency::default()
        };
        Ok(Response::new(ListAgenciesResponse {
            agencies: if second { vec![agency] } else { Vec::new() },
            next_page_token: if second { String::new() } else { "a".to_owned() },
        }))
    }

    async fn import_catalogue(
        &self,
        _: Request<ImportCatalogueRequest>,
    ) -> Result<Response<ImportCatalogueResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn list_referrals(
        &self,
        _: Request<ListReferralsRequest>,
    ) -> Result<Response<ListReferralsResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn list_open_referrals(
        &self,
        _: Request<ListOpenReferralsRequest>,
    ) -> Result<Response<ListOpenReferralsResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn record_action(
        &self,
        _: Request<RecordActionRequest>,
    ) -> Result<Response<RecordActionResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn list_desk_items(
        &self,
        _: Request<ListDeskItemsRequest>,
    ) -> Result<Response<ListDeskItemsResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }

    async fn assign_desk_item(
        &self,
        _: Request<AssignDeskItemRequest>,
    ) -> Result<Response<AssignDeskItemResponse>, Status> {
        Err(Status::unimplemented("web does not ask this"))
    }
}

//! Who may ask what of contacts and cases.

use chassis::Role::{self, Manager, Monitor, Operator, Ops, Service};
use chassis::grpc::May;

/// Also the door for the public, which shows what a tracking code opens.
const ALL: &[Role] = &Role::ALL;
/// Whoever works on cases.
const STAFF: &[Role] = &Role::STAFF;
/// Who takes contacts: the operator, and the public through web.
const CONTACT: &[Role] = &[Operator, Service, Ops];
/// The operator, who speaks with the citizen.
const DESK: &[Role] = &[Operator, Ops];
/// The centre.
const CENTRE: &[Role] = &[Operator, Manager, Ops];
/// A telephone exchange and other machines of the deployment.
const MACHINES: &[Role] = &[Service, Ops];
/// Who may look for calls (rule 2).
const LISTEN: &[Role] = &[Manager, Monitor, Ops];
/// Who may hear one: an operator that of the item in hand. Each listening is a fact (rule 2).
const HEAR: &[Role] = &[Operator, Manager, Monitor, Ops];
/// What decides for every province.
const IMPORT: &[Role] = &[Ops];
/// Who calls citizens and officials together, and writes down what came of it.
const MEETINGS: &[Role] = &[Manager, Monitor, Ops];

/// Intake's table.
pub const MAY: &[May] = &[
    May::call("samad.intake.v1.IntakeService/RegisterContact", CONTACT),
    May::call("samad.intake.v1.IntakeService/RegisterContacts", CONTACT),
    May::call("samad.intake.v1.IntakeService/GetCase", ALL),
    May::call("samad.intake.v1.IntakeService/ListCases", STAFF),
    May::call("samad.intake.v1.IntakeService/FindCasesByCitizen", DESK),
    May::call("samad.intake.v1.SourceService/ListFiledCases", DESK),
    May::call("samad.intake.v1.CaseService/WithdrawCase", DESK),
    May::call("samad.intake.v1.CaseService/GiveFeedback", CONTACT),
    May::call("samad.intake.v1.CaseService/GroupCases", CENTRE),
    May::call_unbounded("samad.intake.v1.GuidanceService/ImportGuidance", IMPORT),
    May::call("samad.intake.v1.GuidanceService/SearchGuidance", STAFF),
    May::call("samad.intake.v1.GuidanceService/GetGuidance", STAFF),
    May::call_unbounded("samad.intake.v1.WorkListService/ImportDeskRules", IMPORT),
    May::call("samad.intake.v1.WorkListService/GetHours", ALL),
    May::call_unbounded("samad.intake.v1.WorkListService/RecordVoicemail", MACHINES),
    May::call("samad.intake.v1.WorkListService/TakeItem", DESK),
    May::call("samad.intake.v1.WorkListService/FinishItem", DESK),
    May::call("samad.intake.v1.WorkListService/ReleaseItems", DESK),
    May::call_unbounded("samad.intake.v1.RecordingService/StoreRecording", MACHINES),
    May::call("samad.intake.v1.RecordingService/PlayRecording", HEAR),
    May::call("samad.intake.v1.RecordingService/GetCallHistory", LISTEN),
    May::call_unbounded("samad.intake.v1.AttendanceService/ImportAttendance", IMPORT),
    May::call("samad.intake.v1.AttendanceService/ListSlots", ALL),
    May::call("samad.intake.v1.AttendanceService/RecordAttendance", CENTRE),
    May::call("samad.intake.v1.AttendanceService/CancelSlot", CENTRE),
    May::call("samad.intake.v1.CampaignService/OpenCampaign", MEETINGS),
    May::call("samad.intake.v1.CampaignService/ListCampaigns", STAFF),
    May::call("samad.intake.v1.CampaignService/GetCampaign", STAFF),
    May::call("samad.intake.v1.CampaignService/GetCampaignReport", STAFF),
    May::call("samad.intake.v1.MeetingService/CallMeeting", MEETINGS),
    May::call("samad.intake.v1.MeetingService/ListMeetings", MEETINGS),
    May::call("samad.intake.v1.MeetingService/GetAgenda", MEETINGS),
    May::call("samad.intake.v1.MeetingService/InviteAgencies", MEETINGS),
    May::call("samad.intake.v1.MeetingService/RecordMeeting", MEETINGS),
    May::call("samad.intake.v1.MeetingService/RecordCommitmentOutcome", MEETINGS),
    May::call("samad.intake.v1.MeetingService/ListCommitments", MEETINGS),
];

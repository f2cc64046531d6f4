#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
use super::*;

fn address(number: u8) -> IpAddr {
    IpAddr::from([203, 0, 113, number])
}

fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes([number; 16])
}

async fn is_soon<T>(future: impl Future<Output = Result<T, ApiError>>) -> Option<T> {
    tokio::time::timeout(Duration::from_secs(1), future).await.ok().map(Result::unwrap)
}

#[tokio::test(start_paused = true)]
async fn strangers_of_one_address_take_nothing_from_another() {
    let intake = Arc::new(Intake::default());
    let mut places = Vec::new();
    for _ in 0..STRANGERS_OF_ADDRESS {
        places.push(is_soon(intake.begin(address(1))).await.unwrap());
    }
    assert!(is_soon(intake.begin(address(1))).await.is_none(), "the control: its places are taken");
    let other = is_soon(intake.begin(address(2))).await.unwrap();
    assert!(is_soon(other.hold(1 << 20)).await.is_some());
    assert!(is_soon(other.is_of(device(2))).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn the_slowest_stranger_gives_way_to_whoever_waits() {
    let intake = Arc::new(Intake::default());
    let slow = intake.begin(address(1)).await.unwrap();
    let mut places = Vec::new();
    tokio::time::advance(Duration::from_secs(2)).await;
    for _ in 1..STRANGERS_OF_ADDRESS {
        places.push(intake.begin(address(1)).await.unwrap());
    }
    let began = Instant::now();
    let giving_way = tokio::spawn(async move {
        let arriving = slow.unless_cut(std::future::pending::<Result<(), ApiError>>()).await;
        arriving.unwrap_err().code
    });
    let place = intake.begin(address(1)).await;
    assert_eq!(giving_way.await.unwrap(), ErrorCode::Busy);
    assert!(place.is_ok());
    assert!((8..10).contains(&began.elapsed().as_secs()), "after {:?}", began.elapsed());
    for other in &places {
        assert!(!other.cut.is_cancelled(), "one makes room for one");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_held_is_bounded_and_whoever_began_first_goes_on() {
    let intake = Arc::new(Intake::default());
    let mut places = Vec::new();
    for number in 0..8 {
        tokio::time::advance(Duration::from_millis(1)).await;
        let place = intake.begin(address(1)).await.unwrap();
        place.is_of(device(number)).await.unwrap();
        places.push(place);
    }
    let each = ROOM_OF_ADDRESS / 8;
    for place in &places {
        assert!(is_soon(place.hold(each)).await.is_some());
    }
    assert!(is_soon(places[3].hold(each + 1)).await.is_none(), "the room of its address is taken");
    assert!(is_soon(places[0].hold(each + 1)).await.is_some(), "the first goes on");
    assert!(is_soon(places[0].hold(0)).await.is_some());
    assert!(is_soon(places[3].hold(each + 1)).await.is_some(), "there is room again");
}

#[tokio::test(start_paused = true)]
async fn a_device_has_a_few_places_and_those_of_strangers_are_free_again() {
    let intake = Arc::new(Intake::default());
    let (first, second) = (intake.begin(address(1)).await.unwrap(), intake.begin(address(1)).await.unwrap());
    first.is_of(device(1)).await.unwrap();
    second.is_of(device(1)).await.unwrap();
    let third = intake.begin(address(1)).await.unwrap();
    assert!(is_soon(third.is_of(device(1))).await.is_none());
    drop(first);
    assert!(is_soon(third.is_of(device(1))).await.is_some());
    assert_eq!(intake.held().count(Share::Strangers), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_finds_no_place_for_long_is_told_to_come_again() {
    let intake = Arc::new(Intake::default());
    let mut places = Vec::new();
    for _ in 0..STRANGERS_OF_ADDRESS {
        let place = intake.begin(address(1)).await.unwrap();
        // Whole, and judged: it is not slow.
        place.is_judged();
        places.push(place);
    }
    let refused = intake.begin(address(1)).await.map(drop).unwrap_err();
    assert_eq!((refused.code, refused.retry_after), (ErrorCode::SlowDown, Some(5)));
}

//! Giving up a failover before its promotion.

use std::time::Duration;

use tfplugin::prelude::*;

use super::clock;
use super::coordination::{Coordinator, Lease, Record, Status, Stored};
use super::database::{self, Database, Seen};
use super::model::{Failover, Site};
use crate::aws::Aws;

/// Finds the failover that is under way in any region's record, and gives it up.
pub(crate) async fn abort<C>(
    cx: &Context<C>,
    aws: &Aws,
    group: &Failover,
    lease: Duration,
    progress: &Progress,
) -> Result<()> {
    let Some((coordinator, found)) = running(aws, group).await? else {
        progress.say("no failover is under way: there is nothing to give up");
        return Ok(());
    };
    let Record { epoch, from, to, .. } = found.record.clone();
    progress.say(format!("failover {epoch} from {from} to {to} is unfinished; making sure that nobody works on it"));
    let missing = |region: &str| Error::new(format!("There is no `region` block for {region}"));
    let (old, new) = (group.site(&from).ok_or_else(|| missing(&from))?, group.site(&to).ok_or_else(|| missing(&to))?);
    refuse_promoted(aws, new, &to).await?;
    let found = coordinator.abandoned(cx, found, lease).await?;
    let record =
        Record { holder: format!("abort, process {} since {}", std::process::id(), clock::now()), ..found.record };
    let held = Lease::take(coordinator, record, Some(&found.version), lease).await?;
    // Whoever held it may have promoted in its last moment.
    if held.record().await.promoting {
        progress.say("the promotion was about to be asked for; making sure that it was not");
        database::shows_promotion(cx, aws, new).await?;
    }
    refuse_promoted(aws, new, &to).await?;
    if let Some(fence) = held.record().await.fenced.get(&from) {
        fence.take_down(cx, aws, old).await?;
        held.unfenced(&from).await?;
        progress.say(format!("the fence is down: {from} goes on ({})", fence.describe()));
    }
    if let Seen::There(database) = database::look(aws, new).await? {
        database::unmark(aws, &new.name, &database.arn).await?;
    }
    held.end(Status::Aborted).await?;
    progress.say(format!("failover {epoch} is given up; {from} stays the active region"));
    Ok(())
}

async fn refuse_promoted(aws: &Aws, new: &Site, to: &str) -> Result<()> {
    match database::look(aws, new).await? {
        Seen::There(database) if database.is_writer() => {
            Err(Error::new("The failover cannot be given up any more")
                .detail(format!("The database in {to} has been promoted. Finish the failover by applying again.")))
        }
        Seen::There(Database { status, .. }) if database::is_changing(&status) => {
            Err(Error::new("It cannot be told yet how far the failover is").detail(format!(
                "The database in {to} is {status}: it may be on its way to be promoted. Wait until it is available, and try again."
            )))
        }
        Seen::Unreachable(reason) => Err(Error::new("It cannot be told how far the failover is").detail(reason)),
        _ => Ok(()),
    }
}

/// The record of a running failover: each direction keeps its own, in the region it goes to.
async fn running(aws: &Aws, group: &Failover) -> Result<Option<(Coordinator, Stored)>> {
    let mut silent = None;
    for site in &group.region {
        let coordinator = Coordinator::of(aws, group, &site.name);
        match coordinator.load().await {
            Ok(Some(found)) if found.record.status == Status::Running => return Ok(Some((coordinator, found))),
            Ok(_) => {}
            // The record may be in the region that does answer.
            Err(error) => silent = Some(error),
        }
    }
    silent.map_or(Ok(None), Err)
}

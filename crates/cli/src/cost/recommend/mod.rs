//! `parapet cost recommend`: what an account could save.

use parapet_pricing::Decimal;
use parapet_pricing::money::{decimal, dollars};
use parapet_pricing::recommend::{Action, Recommendation, Recommendations, Report};

use crate::{EXIT_ERROR, output};

mod account;
mod csv;
pub(super) mod html;
mod markdown;
#[cfg(test)]
pub(super) mod tests;
mod text;

pub(super) use account::Account;

/// Recommend what to change in an AWS account, with the savings, the evidence and how sure that is.
///
/// The provider reads the account: EC2, EBS, load balancers, RDS, CloudWatch, the Spot market and Cost Explorer, with the credentials
/// that Terraform would use. Nothing is changed. Machines are judged by the 95th percentile and the maximum of at least 14 days. Savings are
/// the difference of on-demand prices; those that are not known are counted, and never count as 0. Of several recommendations for one
/// resource the total counts the one that saves most.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    account: Account,

    /// Leave out what saves less than this a month; what is not known stays
    #[arg(long, value_name = "USD", allow_negative_numbers = true, value_parser = savings)]
    min_savings: Option<Decimal>,

    /// Only this action, such as Rightsize; may be repeated
    #[arg(long, value_name = "ACTION", value_delimiter = ',')]
    action: Vec<Action>,

    /// How to write the recommendations
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: by action, with the evidence
    Text,
    /// For programs; the format is documented in docs/guides/cost-recommendations.md
    Json,
    /// For an issue or a pull request
    Markdown,
    /// A page with plots; `parapet cost report` adds past bills
    Html,
    /// For a spreadsheet: one line for each
    Csv,
}

const EXAMPLES: &str = "\
Examples:
  parapet cost recommend --region eu-west-1
  parapet cost recommend --region eu-west-1,us-east-1 --tag team=shop --min-savings 10
  parapet cost recommend --format markdown > comment.md
  parapet cost recommend --action Delete --days 30 --format csv

Exit codes:
  0  the account was read; there may be recommendations
  2  a service could not be read (the rest is reported), or the provider, the credentials or the command line are bad";

fn savings(text: &str) -> Result<Decimal, String> {
    let amount = decimal(text.trim_start_matches('$')).map_err(|error| error.to_string())?;
    if amount.is_sign_negative() { Err(format!("{amount} is below zero")) } else { Ok(amount) }
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let mut report = args.account.read(None, &args.action)?;
    let left_out = keep(&mut report, args)?;
    let left_out = left_out.as_deref();
    match args.format {
        Format::Text => output::text(&text::render(&report, left_out))?,
        Format::Json => output::text(&format!("{}\n", serde_json::to_string_pretty(&report)?))?,
        Format::Markdown => output::text(&markdown::render(&report, left_out))?,
        Format::Html => output::text(&html::render(&report, left_out))?,
        Format::Csv => output::text(&csv::render(&report))?,
    }
    Ok(code(&report))
}

/// The exit code, and on standard error why it is not 0.
pub(super) fn code(report: &Report) -> u8 {
    for failure in unread(report) {
        output::error(&failure);
    }
    if report.failures.is_empty() { 0 } else { EXIT_ERROR }
}

/// Keeps what is asked for, and says what is left out.
fn keep(report: &mut Report, args: &Args) -> anyhow::Result<Option<String>> {
    let all = std::mem::take(&mut report.found.recommendations);
    let saves = |it: &Recommendation| match (it.monthly_savings_usd, args.min_savings) {
        (Some(savings), Some(least)) => savings >= least,
        _ => true,
    };
    let (kept, dropped): (Vec<_>, Vec<_>) = all.into_iter().partition(saves);
    report.found = Recommendations::merged([Recommendations { recommendations: kept, ..Recommendations::default() }])?;
    let least = args.min_savings.map(dollars).unwrap_or_default();
    Ok(match dropped.len() {
        0 => None,
        1 => Some(format!("One more saves less than {least} a month and is left out")),
        count => Some(format!("{count} more save less than {least} a month each and are left out")),
    })
}

/// The whole in one sentence.
pub(super) fn sentence(report: &Report) -> String {
    let found = &report.found;
    let count = found.recommendations.len();
    let things = if count == 1 { "one recommendation".to_owned() } else { format!("{count} recommendations") };
    let unknown = match found.unpriced_count {
        0 => String::new(),
        1 => "; the savings of one more are not known".to_owned(),
        unknown => format!("; the savings of {unknown} more are not known"),
    };
    let counted = found.recommendations.iter().filter(|it| !it.counted_savings_usd.is_zero()).count();
    let alternatives = match count.saturating_sub(counted + found.unpriced_count) {
        0 => String::new(),
        1 => " (and an alternative to one of them)".to_owned(),
        others => format!(" (and {others} alternatives to them)"),
    };
    match counted {
        0 if count == 0 && report.failures.is_empty() => "Nothing to recommend".to_owned(),
        0 if count == 0 => "Nothing to recommend in what could be read".to_owned(),
        0 if count == found.unpriced_count => format!("{things}, of which no savings are known"),
        counted => {
            let things =
                if counted == 1 { "one recommendation".to_owned() } else { format!("{counted} recommendations") };
            format!(
                "{} a month could be saved with {things}{alternatives}{unknown}",
                dollars(found.total_monthly_savings_usd)
            )
        }
    }
}

/// What could not be read, in a sentence for each reason: without credentials everything fails alike.
pub(super) fn unread(report: &Report) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for failure in &report.failures {
        let region = failure.region.as_deref().map(|it| format!(" in {it}")).unwrap_or_default();
        let permission = failure.permission.as_deref().map(|it| format!(" (allow {it})")).unwrap_or_default();
        let what = format!("{} {}{region}{permission}", failure.service, failure.operation);
        match reasons.iter_mut().find(|(reason, _)| *reason == failure.reason) {
            Some((_, all)) => all.push(what),
            None => reasons.push((&failure.reason, vec![what])),
        }
    }
    let sentences = reasons.into_iter().map(|(reason, all)| format!("{} could not be read: {reason}", all.join(", ")));
    sentences.collect()
}

/// The actions with what they save, in the order in which they are shown.
pub(super) fn by_action(found: &Recommendations) -> Vec<(Action, Decimal, Vec<&Recommendation>)> {
    let of = |action: Action| {
        let all: Vec<&Recommendation> = found.recommendations.iter().filter(|it| it.action == action).collect();
        let sum = all.iter().fold(Decimal::ZERO, |sum, it| sum.saturating_add(it.counted_savings_usd));
        (action, sum, all)
    };
    Action::ALL.into_iter().map(of).filter(|(.., all)| !all.is_empty()).collect()
}

/// What stands above the recommendations of an action. One whose savings are all counted elsewhere, or not known, has no sum.
pub(super) fn heading(action: Action, sum: Decimal, count: usize) -> String {
    if sum.is_zero() { format!("{action} ({count})") } else { format!("{action}: {} a month ({count})", dollars(sum)) }
}

/// What one saves, in a word.
pub(super) fn amount(it: &Recommendation) -> String {
    it.monthly_savings_usd.map_or_else(|| "not known".to_owned(), dollars)
}

/// Why the total does not count all of what one saves; none when it does.
pub(super) fn not_counted(it: &Recommendation) -> Option<String> {
    let savings = it.monthly_savings_usd?;
    if it.counted_savings_usd == savings {
        return None;
    }
    Some(match it.action {
        Action::PurchaseSavingsPlans | Action::PurchaseReservedInstances => {
            format!("Counted as {}: the share of what the others leave", dollars(it.counted_savings_usd))
        }
        _ => "Not counted: another recommendation for it saves more".to_owned(),
    })
}

/// Names of figures as words.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A resource by its id, and its name where it has one.
pub(super) fn subject(it: &Recommendation) -> String {
    match it.tags.get("Name").filter(|name| !name.is_empty() && **name != it.resource_id) {
        Some(name) => format!("{} ({name})", it.resource_id),
        None => it.resource_id.clone(),
    }
}

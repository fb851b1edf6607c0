//! What every store must do, as tests: one function a rule, each on a fresh store.
//!
//! ```ignore
//! struct Sqlite;
//! impl otpd_testkit::store_contract::Harness for Sqlite { /* a store in a temporary folder */ }
//! otpd_testkit::store_contract!(Sqlite);
//! ```

pub mod accounts;
pub mod clean_up;
pub mod figures;
pub mod guessing;
pub mod issuing;
pub mod model;
pub mod outbox;
pub mod redeeming;
pub mod reissuing;
pub mod sessions;

mod world;

use std::any::Any;

use otpd_domain::Ports;
pub use world::World;

/// Makes stores for the suite.
pub trait Harness {
    /// A store with nothing in it.
    fn fresh() -> impl Future<Output = Fresh> + Send;
}

/// A store with nothing in it.
pub struct Fresh {
    /// The store.
    pub ports: Ports,
    /// What must live as long as it, such as its temporary folder.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// Expands to one `#[tokio::test]` for every rule of the contract, on the stores of a [`Harness`].
#[macro_export]
macro_rules! store_contract {
    ($harness:ty) => {
        $crate::store_contract! { @rules $harness, issuing:
            an_issue_is_for_the_active_account_that_has_the_contact,
            an_issue_for_nobody_is_written_all_the_same_and_withheld,
            an_issue_for_a_disabled_account_is_as_for_nobody,
            an_issue_is_found_as_it_was_written,
            an_issue_that_fails_leaves_nothing,
            an_unknown_challenge_is_not_found,
        }
        $crate::store_contract! { @rules $harness, reissuing:
            a_reissue_kills_the_old_code_and_its_message,
            a_reissue_too_soon_changes_nothing,
            a_reissue_needs_the_handle_and_a_challenge_that_is_not_over,
            an_expired_challenge_may_be_reissued,
            a_reissue_leaves_a_message_that_was_sent,
            a_reissue_that_fails_leaves_the_old_code,
            of_twenty_parallel_reissues_one_is_done,
        }
        $crate::store_contract! { @rules $harness, guessing:
            guesses_are_counted_until_they_are_spent,
            of_two_hundred_parallel_guesses_five_are_reserved,
            a_code_is_good_until_its_last_millisecond,
            a_guess_needs_the_handle,
            refusals_go_by_their_weight,
            a_code_found_expired_stays_so_when_the_clock_is_set_back,
            a_guess_for_nobody_is_counted_as_any_other,
        }
        $crate::store_contract! { @rules $harness, redeeming:
            a_redemption_opens_the_session_and_notes_the_sign_in,
            of_a_hundred_parallel_redemptions_one_opens_a_session,
            a_code_that_died_since_its_guess_is_refused,
            a_code_replaced_since_its_guess_is_refused,
            an_account_disabled_since_the_guess_is_refused,
            a_code_of_nobody_is_refused,
            a_redemption_ends_the_session_it_replaces,
            a_redemption_ends_no_session_of_another_account,
            a_redemption_that_fails_leaves_the_code_unused,
            a_reissue_and_a_redemption_at_once_do_not_both_happen,
            the_last_sign_in_never_moves_back,
        }
        $crate::store_contract! { @rules $harness, sessions:
            a_session_is_found_with_its_account,
            a_session_ends_at_its_time_and_when_idle,
            a_touch_keeps_a_session_alive_and_never_moves_back,
            a_touch_does_not_revive,
            live_sessions_are_listed_by_their_last_use,
            a_session_is_ended_once_and_by_its_account_only,
            all_sessions_but_one_are_ended,
            disabling_an_account_ends_its_sessions_for_good,
            disabling_and_redeeming_at_once_leave_no_live_session,
        }
        $crate::store_contract! { @rules $harness, accounts:
            an_account_is_found_as_it_was_written,
            contacts_are_unique,
            accounts_may_lack_a_contact,
            an_update_replaces_the_profile,
            an_update_to_a_taken_contact_changes_nothing,
            an_unknown_account_is_not_found,
            accounts_are_listed_in_pages,
            accounts_are_listed_by_role_activity_and_text,
            of_many_parallel_creations_with_one_contact_one_is_done,
        }
        $crate::store_contract! { @rules $harness, outbox:
            the_longest_due_message_is_given_out_first,
            a_message_carries_what_its_greeting_needs,
            a_leased_message_is_not_given_out_again_before_its_lease_ends,
            parallel_workers_never_get_the_same_message,
            only_the_channels_asked_for_are_given_out,
            a_dead_message_is_ended_instead_of_given_out,
            dead_messages_do_not_hide_living_ones,
            final_outcomes_end_a_message,
            an_ended_message_stays_as_it_is,
            a_retry_is_due_at_its_moment_and_counted,
            what_the_recipient_put_off_is_told_apart,
            a_retry_of_an_outdated_lease_changes_nothing,
            a_late_success_of_an_outdated_lease_ends_the_message,
            released_messages_are_due_at_once_and_untried,
            a_release_of_an_outdated_lease_changes_nothing,
            the_next_due_moment_counts_leases,
        }
        $crate::store_contract! { @rules $harness, clean_up:
            expired_challenges_go_after_their_retention,
            ended_expired_and_idle_sessions_go_after_their_retention,
            finished_messages_go_after_their_retention,
            messages_nobody_claimed_are_ended,
            many_rows_go_in_one_clean_up,
            parallel_clean_ups_count_nothing_twice,
            the_last_sign_in_outlives_its_session,
            the_store_answers_a_ping,
        }
        $crate::store_contract! { @rules $harness, figures:
            an_empty_store_has_no_figures,
            challenges_are_counted_by_what_became_of_them,
            messages_are_counted_by_what_became_of_them,
            codes_for_nobody_are_not_counted,
            today_begins_when_it_is_said_to,
            the_median_is_the_middle_of_the_waits,
            the_figures_outlive_a_clean_up,
        }
        $crate::store_contract! { @rules $harness, model:
            challenges_do_as_the_model_does,
        }
    };
    (@rules $harness:ty, $area:ident: $($rule:ident,)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                $crate::store_contract::$area::$rule::<$harness>().await;
            }
        )+
    };
}

#[cfg(test)]
mod tests {
    /// A rule that the macro does not name would never run.
    #[test]
    fn every_rule_is_in_the_macro() {
        let areas = [
            include_str!("accounts.rs"),
            include_str!("clean_up.rs"),
            include_str!("figures.rs"),
            include_str!("guessing.rs"),
            include_str!("issuing.rs"),
            include_str!("model.rs"),
            include_str!("outbox.rs"),
            include_str!("redeeming.rs"),
            include_str!("reissuing.rs"),
            include_str!("sessions.rs"),
        ];
        let (listed, _) = include_str!("mod.rs").split_once("@rules $harness:ty").expect("the macro");
        for area in areas {
            for rule in area.split("pub async fn ").skip(1) {
                let name = rule.split('<').next().expect("a name");
                assert!(listed.contains(&format!(" {name},")), "{name} is not in the macro");
            }
        }
    }
}

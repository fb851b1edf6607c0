//! The list of all rules.

/// Expands to one `#[tokio::test]` for every rule of the contract, on the stores of a `Harness`. With `codes kept outside`
/// without the rules that only a database that keeps the codes, too, can hold.
#[macro_export]
macro_rules! store_contract {
    ($harness:ty) => {
        $crate::store_contract! { $harness, codes kept outside }
        $crate::store_contract! { @rules $harness, redeeming:
            a_redemption_that_fails_leaves_the_code_unused,
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
            old_registrations_go,
            limits_go_when_nothing_of_them_counts,
            old_lines_of_the_trail_go,
        }
    };
    ($harness:ty, codes kept outside) => {
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
            a_guess_needs_the_purpose,
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
            a_reissue_and_a_redemption_at_once_do_not_both_happen,
            the_last_sign_in_never_moves_back,
        }
        $crate::store_contract! { @rules $harness, turns:
            a_send_is_for_anyone_and_found_by_its_contact,
            a_send_replaces_the_one_before,
            a_send_leaves_a_dead_one_as_it_is,
            a_send_out_of_turn_writes_nothing,
            of_twenty_parallel_sends_in_one_turn_one_is_done,
            the_rate_holds_to_the_millisecond,
            the_rate_counts_whatever_became_of_the_codes,
            contacts_and_purposes_are_counted_apart,
            the_newest_is_the_last_one_sent_though_the_clock_was_set_back,
            codes_of_pages_are_not_found_by_contact,
            a_reissue_takes_a_turn_of_its_own,
            a_send_may_leave_the_one_before_alive,
        }
        $crate::store_contract! { @rules $harness, once:
            the_same_request_is_answered_with_what_it_made,
            another_request_with_the_same_key_is_refused,
            of_twenty_parallel_same_requests_one_sends,
            a_request_that_made_nothing_may_come_again,
        }
        $crate::store_contract! { @rules $harness, cancelling:
            a_cancelled_code_is_dead_and_its_message_ended,
            only_a_live_code_is_cancelled_and_by_its_handle,
            a_send_may_follow_a_cancelled_code,
        }
        $crate::store_contract! { @rules $harness, registering:
            a_registration_sends_a_code_to_each_contact,
            the_owner_of_a_contact_is_told_instead,
            registering_again_leaves_the_older_code_alive,
            a_registration_out_of_turn_writes_nothing,
            of_many_parallel_registrations_in_one_turn_one_is_done,
            accounts_and_registrations_share_their_numbers,
            a_code_sent_again_is_for_the_newest_that_has_not_proven_it,
            a_code_for_the_second_contact_may_be_sent_again,
            a_code_sent_again_by_its_handle_stays_with_its_registration,
        }
        $crate::store_contract! { @rules $harness, activating:
            an_activation_makes_an_account_of_what_was_proven,
            of_many_parallel_activations_one_is_done,
            the_second_contact_joins_the_account,
            a_contact_that_others_registered_joins_no_account_by_itself,
            the_second_contact_joins_no_account_that_moved_on,
            a_contact_that_was_taken_activates_nothing,
            an_attacker_who_was_first_has_nothing,
            a_contested_registration_gives_nothing_but_the_contact,
            any_registration_from_elsewhere_contests,
            a_contested_contact_joins_no_account,
            an_uncontested_password_stands,
            a_registration_whose_time_is_over_activates_nothing,
            an_effect_needs_its_own_kind_of_subject,
        }
        $crate::store_contract! { @rules $harness, passwords:
            a_log_in_finds_the_hash_by_contact,
            a_reset_ends_all_sessions_and_tells_the_owner,
            a_reset_of_a_disabled_account_changes_nothing,
            a_log_in_opens_a_session_in_place_of_another,
            a_log_in_with_what_no_longer_holds_opens_nothing,
            a_log_in_may_bring_a_better_hash,
            an_update_leaves_the_password,
        }
        $crate::store_contract! { @rules $harness, contacts:
            a_proven_contact_takes_the_place_of_the_old_one,
            a_contact_of_another_account_is_not_given,
            a_contact_that_went_elsewhere_is_refused,
            a_code_to_a_contact_given_up_is_refused,
            a_change_of_contact_ends_the_other_sessions,
            registrations_lose_a_contact_that_was_proven_for_an_account,
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
            a_contact_that_changes_ends_the_sessions,
            an_unknown_account_is_not_found,
            accounts_are_listed_in_pages,
            accounts_are_listed_by_role_activity_and_text,
            of_many_parallel_creations_with_one_contact_one_is_done,
            an_update_of_what_was_changed_meanwhile_changes_nothing,
            of_many_parallel_updates_of_one_profile_one_is_done,
            an_update_writes_its_notices,
        }
        $crate::store_contract! { @rules $harness, api_keys:
            a_key_is_found_as_it_was_made,
            all_keys_are_listed_in_the_order_they_were_made,
            a_key_s_last_use_never_moves_back,
            a_key_is_revoked_once,
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
        $crate::store_contract! { @rules $harness, reports:
            a_report_finds_its_message_by_the_provider_s_name,
            a_report_never_goes_back,
            an_ended_message_takes_no_other_receipt,
            text_messages_are_summed_up,
        }
        $crate::store_contract! { @rules $harness, charges:
            a_charge_holds_its_rate_to_the_millisecond,
            parallel_sends_never_exceed_a_rate,
            a_denied_send_spends_nothing,
            waits_grow_with_the_sends,
            of_twenty_parallel_first_sends_one_is_done,
            a_known_browser_has_sends_of_its_own,
            known_and_unknown_contacts_are_charged_alike,
            limits_that_share_a_ledger_spend_it_once,
            a_proof_is_used_once,
            a_registration_is_charged_for_all_its_codes_or_for_none,
            a_reissue_is_charged,
            a_clock_set_back_gives_no_sends_back,
            a_look_spends_nothing,
        }
        $crate::store_contract! { @rules $harness, money:
            the_ceiling_holds_under_parallel_load_and_until_midnight,
            messages_to_nobody_cost_nothing_and_are_denied_alike,
            a_notice_costs_as_much_as_a_code,
            further_segments_are_paid_when_they_are_known,
            what_has_no_price_costs_nothing,
        }
        $crate::store_contract! { @rules $harness, pumping:
            a_block_closes_and_opens_by_time,
            a_block_is_opened_by_hand,
            a_block_whose_codes_are_typed_stays_open,
            a_wide_block_closes_as_a_whole,
            messages_to_nobody_close_no_block,
            a_closing_is_in_the_audit_trail,
            typed_codes_count_when_they_were_sent,
        }
        $crate::store_contract! { @rules $harness, budgets:
            new_codes_give_no_guesses_back,
            a_day_has_its_own_budget,
            parallel_guesses_never_exceed_the_budget,
            all_purposes_share_the_budget,
            the_other_contact_s_part_is_not_told,
            a_right_guess_is_given_back_with_its_use,
            a_refused_use_gives_nothing_back,
            long_codes_take_nothing,
            a_known_browser_has_a_budget_of_its_own,
            an_inactive_holder_s_budget_is_its_own,
            a_clock_set_back_gives_no_guesses_back,
            whether_there_is_room_is_asked_for_free,
            a_budget_that_a_clock_set_back_spends_has_no_room,
        }
        $crate::store_contract! { @rules $harness, password_budgets:
            passwords_have_a_budget_of_their_own,
            parallel_passwords_never_exceed_the_budget,
        }
        $crate::store_contract! { @rules $harness, audit:
            a_use_of_a_code_is_noted,
            each_effect_has_its_own_name,
            failures_alike_are_counted,
            a_flood_is_cut_short_and_counted,
            the_trail_is_read_by_what_is_asked_for,
        }
        $crate::store_contract! { @rules $harness, figures:
            an_empty_store_has_no_figures,
            challenges_are_counted_by_what_became_of_them,
            messages_are_counted_by_what_became_of_them,
            codes_for_nobody_are_not_counted,
            codes_of_every_purpose_are_counted,
            today_begins_when_it_is_said_to,
            the_median_is_the_middle_of_the_waits,
            the_figures_outlive_a_clean_up,
        }
        $crate::store_contract! { @rules $harness, model:
            challenges_do_as_the_model_does,
        }
        $crate::store_contract! { @rules $harness, model_budgets:
            budgets_do_as_the_model_does,
        }
        $crate::store_contract! { @rules $harness, model_sends:
            sends_do_as_the_model_does,
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
mod tests;

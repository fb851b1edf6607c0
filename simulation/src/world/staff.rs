//! Those who run the server.

use otpd_domain::administer::{clean_up, create_account, disable_account, list_blocks, open_block};
use otpd_domain::visitor::Trail;

use super::{Person, World};
use crate::policy::retention;
use crate::stage::Actor;

impl World {
    /// An account is made for somebody new.
    pub(super) fn customer(&mut self) {
        let (domain, person) = (self.site.domain(), Person::new(self.people.len()));
        let (profile, types) = (person.profile(), ["Household".to_owned()]);
        let trail = Trail::default();
        let made = self.stage.play(Actor::default(), create_account(&domain, profile, &types, &trail));
        self.note(|| format!("staff makes an account for {}: {made:?}", person.number));
        self.people.push(person);
    }

    /// Staff does one thing or another.
    pub fn staff_acts(&mut self) {
        match self.stage.dice.below(4) {
            0 => self.customer(),
            1 => self.disables(),
            2 => self.opens_a_block(),
            _ => self.cleans_up(),
        }
    }

    fn disables(&mut self) {
        let person = self.stage.dice.index(self.people.len());
        let Some(account) = self.account_of(&self.people[person]) else { return };
        let (domain, trail) = (self.site.domain(), Trail::default());
        let done = self.stage.play(Actor::default(), disable_account(&domain, account.id, &trail));
        self.note(|| format!("staff disables {person}: {done:?}"));
    }

    fn opens_a_block(&mut self) {
        let (domain, trail) = (self.site.domain(), Trail::default());
        let Some(Ok(blocks)) = self.stage.play(Actor::default(), list_blocks(&domain)) else { return };
        let Some(closed) = blocks.into_iter().find(|block| block.closed_until.is_some()) else { return };
        let done = self.stage.play(Actor::default(), open_block(&domain, &closed.block, &trail));
        self.note(|| format!("staff opens {}: {:?}", closed.block, done.map(Result::ok)));
    }

    /// What is finished is deleted.
    pub fn cleans_up(&self) {
        let domain = self.site.domain();
        let done = self.stage.play(Actor::default(), clean_up(&domain, retention()));
        self.note(|| format!("clean-up: {}", done.is_some_and(|done| done.is_ok())));
    }
}

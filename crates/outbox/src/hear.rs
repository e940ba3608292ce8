//! What a service does with the facts that it hears.

use std::future::Future;

use anyhow::{Context, Result};
use bus::Envelope;
use contracts::{Fact, FactId, FactName, json};
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::Tx;
use crate::failure::refuse;

/// A fact as a handler hears it.
#[derive(Debug, Clone)]
pub struct Heard<F> {
    /// The fact's id, the same on every delivery.
    pub id: FactId,
    /// When it happened.
    pub time: Timestamp,
    /// What happened.
    pub fact: F,
}

/// What a service does when it hears facts of one name: any number of them, in any order, any number of times.
pub trait Hear: Send + Sync + 'static {
    /// The fact it hears.
    type Fact: Fact;

    /// Does what follows from the facts, in the open transaction. An error is tried again, unless it is
    /// a [`refuse`]d one: that fact goes to the dead letters.
    fn hear(&self, tx: &mut Tx, facts: &[Heard<Self::Fact>]) -> impl Future<Output = Result<()>> + Send;
}

/// What a service does with every fact of an owner, whatever its name, in the order of delivery.
pub trait HearAny: Send + Sync + 'static {
    /// See [`Hear::hear`].
    fn hear_any(&self, tx: &mut Tx, facts: &[Envelope]) -> impl Future<Output = Result<()>> + Send;
}

/// What a service does with the facts of several names together: where they bear on the same rows, one reading, one
/// locking in one order and one writing serve them all.
pub trait Fold: Send + Sync + 'static {
    /// What such a fact says, whatever its name.
    type News: Send + 'static;

    /// See [`Hear::hear`].
    fn fold(&self, tx: &mut Tx, news: Vec<Self::News>) -> impl Future<Output = Result<()>> + Send;
}

/// A fact that says something to a [`Fold`].
pub trait Says<N>: Fact {
    /// What it says; a [`refuse`]d one goes to the dead letters.
    fn news(heard: &Heard<Self>) -> Result<N>;
}

/// How a fact of some name is read.
type Read<N> = fn(&Envelope) -> Result<N>;

/// A [`Fold`] with the names of the facts that it hears.
pub struct Folded<F: Fold> {
    fold: F,
    readers: Vec<(FactName, Read<F::News>)>,
}

impl<F: Fold> Folded<F> {
    /// It hears nothing yet.
    pub fn into(fold: F) -> Self {
        Folded { fold, readers: Vec::new() }
    }

    /// Hears facts of this name too.
    #[must_use]
    pub fn of<T: Says<F::News>>(mut self) -> Self {
        self.readers.push((T::NAME, |envelope| T::news(&read(envelope)?)));
        self
    }
}

impl<F: Fold> Erased for Folded<F> {
    fn facts(&self) -> Option<Vec<FactName>> {
        Some(self.readers.iter().map(|(name, _)| *name).collect())
    }

    fn hears(&self, fact: &Envelope) -> bool {
        self.readers.iter().any(|(name, _)| fact.is(*name))
    }

    fn hear<'a>(&'a self, tx: &'a mut Tx, facts: &'a [&'a Envelope]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut news = Vec::with_capacity(facts.len());
            for envelope in facts {
                let reader = self.readers.iter().find(|(name, _)| envelope.is(*name));
                news.push(reader.context("a fact came to a fold that does not hear it")?.1(envelope)?);
            }
            self.fold.fold(tx, news).await
        })
    }
}

fn read<F: Fact>(envelope: &Envelope) -> Result<Heard<F>> {
    let fact = json::read(F::NAME.message, &envelope.content_type, &envelope.data);
    let fact = fact.map_err(|error| refuse(error.to_string()))?;
    Ok(Heard { id: envelope.id, time: envelope.time, fact })
}

/// A handler whatever it hears.
pub(crate) trait Erased: Send + Sync {
    /// The names that it hears; all without.
    fn facts(&self) -> Option<Vec<FactName>>;
    /// Whether the fact is one of these.
    fn hears(&self, fact: &Envelope) -> bool;
    fn hear<'a>(&'a self, tx: &'a mut Tx, facts: &'a [&'a Envelope]) -> BoxFuture<'a, Result<()>>;
}

pub(crate) struct Named<H>(pub H);

impl<H: Hear> Erased for Named<H> {
    fn facts(&self) -> Option<Vec<FactName>> {
        Some(vec![H::Fact::NAME])
    }

    fn hears(&self, fact: &Envelope) -> bool {
        fact.is(H::Fact::NAME)
    }

    fn hear<'a>(&'a self, tx: &'a mut Tx, facts: &'a [&'a Envelope]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let heard: Vec<_> = facts.iter().map(|envelope| read(envelope)).collect::<Result<_>>()?;
            self.0.hear(tx, &heard).await
        })
    }
}

pub(crate) struct Any<H>(pub H);

impl<H: HearAny> Erased for Any<H> {
    fn facts(&self) -> Option<Vec<FactName>> {
        None
    }

    fn hears(&self, _: &Envelope) -> bool {
        true
    }

    fn hear<'a>(&'a self, tx: &'a mut Tx, facts: &'a [&'a Envelope]) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let facts: Vec<Envelope> = facts.iter().map(|fact| (*fact).clone()).collect();
            self.0.hear_any(tx, &facts).await
        })
    }
}

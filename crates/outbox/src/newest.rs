//! What a batch reads but seldom changes: each replica keeps a copy, and looks at its version only.

use std::sync::{Arc, Mutex, PoisonError};

/// A copy of what was read last. Clones share it.
#[derive(Debug)]
pub struct Newest<T>(Arc<Mutex<Option<Arc<T>>>>);

impl<T> Clone for Newest<T> {
    fn clone(&self) -> Self {
        Newest(self.0.clone())
    }
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Newest(Arc::default())
    }
}

impl<T> Newest<T> {
    /// The copy, if it is still of the version that the transaction sees.
    pub fn copy(&self, is_current: impl FnOnce(&T) -> bool) -> Option<Arc<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|copy| is_current(copy))
    }

    /// Keeps what was read now.
    pub fn keep(&self, read: T) -> Arc<T> {
        let read = Arc::new(read);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
        read
    }
}

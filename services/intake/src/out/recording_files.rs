//! The bytes of recordings: sealed in pieces, in a local folder or an S3 bucket.

use std::ops::RangeInclusive;
use std::path::Path as Folder;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use chassis::Sealer;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

/// Bytes of a recording that are sealed together: a listener who jumps ahead opens no more than they need.
pub const PIECE: usize = 64 * 1024;
/// What sealing adds: nonce and tag of AES-GCM, and before the bytes the recording's id and the piece's number, so
/// that no piece passes for another.
const ADDED: u64 = 12 + 16 + HEAD as u64;
const HEAD: usize = 16 + 8;
/// Bytes of what the object store takes at once.
const BUFFER: usize = 8 * 1024 * 1024;

/// Where recordings lie.
#[derive(Clone)]
pub struct RecordingFiles {
    store: Arc<dyn ObjectStore>,
    base: Path,
    sealer: Sealer,
}

/// A recording on its way into the store.
pub struct Writing {
    writer: BufWriter,
    id: Uuid,
    pieces: u64,
    waiting: Vec<u8>,
}

impl RecordingFiles {
    /// `place` is a folder, made when first needed, or `s3://bucket/prefix`; keys and endpoint of S3 come from the
    /// usual `AWS_…` variables.
    ///
    /// # Errors
    /// When the place cannot be understood.
    pub fn open(place: &str, sealer: Sealer) -> Result<Self> {
        let Some(bucket) = place.strip_prefix("s3://") else {
            let folder = std::path::absolute(Folder::new(place)).context("recordings: not a folder")?;
            let base = Path::from_absolute_path(folder).context("recordings: not a folder")?;
            return Ok(RecordingFiles {
                store: Arc::new(LocalFileSystem::new().with_fsync(true)),
                base,
                sealer,
            });
        };
        let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
        // Fails only where another part of the process installed one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let s3 = AmazonS3Builder::from_env().with_bucket_name(bucket).build();
        let store = Arc::new(s3.context("recordings: the S3 bucket cannot be used")?);
        Ok(RecordingFiles { store, base: Path::from(prefix), sealer })
    }

    /// Begins a recording.
    #[must_use]
    pub fn write(&self, id: Uuid) -> Writing {
        let writer = BufWriter::with_capacity(self.store.clone(), self.path(id), BUFFER);
        Writing { writer, id, pieces: 0, waiting: Vec::with_capacity(PIECE) }
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// When the store is away or full.
    pub async fn add(&self, writing: &mut Writing, mut data: &[u8]) -> Result<()> {
        while !data.is_empty() {
            let room = PIECE - writing.waiting.len();
            let (now, later) = data.split_at(room.min(data.len()));
            writing.waiting.extend_from_slice(now);
            data = later;
            if writing.waiting.len() == PIECE {
                self.flush(writing).await?;
            }
        }
        Ok(())
    }

    /// Ends a recording; afterwards it can be read.
    ///
    /// # Errors
    /// When the store is away or full.
    pub async fn finish(&self, mut writing: Writing) -> Result<()> {
        if !writing.waiting.is_empty() {
            self.flush(&mut writing).await?;
        }
        writing.writer.shutdown().await.context("the recording cannot be stored")
    }

    async fn flush(&self, writing: &mut Writing) -> Result<()> {
        let mut plain = head(writing.id, writing.pieces).to_vec();
        plain.append(&mut writing.waiting);
        writing.pieces += 1;
        let sealed = self.sealer.seal(&plain);
        writing.writer.write_all(&sealed).await.context("the recording cannot be stored")
    }

    /// A piece of a recording of `size` bytes.
    ///
    /// # Errors
    /// When the store is away, or what it holds is not what was put there.
    pub async fn piece(&self, id: Uuid, number: u64, size: u64) -> Result<Vec<u8>> {
        let place = place_of(number, size);
        let sealed =
            self.store.get_range(&self.path(id), place).await.context("the recording cannot be read")?;
        let mut plain = self.sealer.open(&sealed).context("a piece of the recording")?;
        ensure!(plain.starts_with(&head(id, number)), "a piece of the recording is another's");
        Ok(plain.split_off(HEAD))
    }

    /// Clears away what came of a recording; nothing is no fault.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn remove(&self, id: Uuid) -> Result<()> {
        match self.store.delete(&self.path(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).context("the recording cannot be removed"),
        }
    }

    /// Ids are random in their end: folders by it stay small.
    fn path(&self, id: Uuid) -> Path {
        let name = id.simple().to_string();
        let folder = name.get(30..).unwrap_or_default().to_owned();
        self.base.clone().join(folder).join(name)
    }
}

fn head(id: Uuid, number: u64) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..16].copy_from_slice(id.as_bytes());
    head[16..].copy_from_slice(&number.to_be_bytes());
    head
}

/// Where a sealed piece lies in the object.
fn place_of(number: u64, size: u64) -> std::ops::Range<u64> {
    let piece = PIECE as u64;
    let start = number * (piece + ADDED);
    start..start + (size - number * piece).min(piece) + ADDED
}

/// The part of a piece that a range of the recording's bytes takes from it.
#[must_use]
pub fn cut(number: u64, mut plain: Vec<u8>, bytes: &RangeInclusive<u64>) -> Vec<u8> {
    let start = number * PIECE as u64;
    let offset = |byte: u64| usize::try_from(byte.saturating_sub(start)).unwrap_or(usize::MAX);
    plain.truncate(offset(bytes.end() + 1));
    plain.drain(..offset(*bytes.start()).min(plain.len()));
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Folder) -> RecordingFiles {
        let sealer = Sealer::new("a key for tests of more than thirty-two characters").unwrap();
        RecordingFiles::open(folder.to_str().unwrap(), sealer).unwrap()
    }

    fn sound(length: usize) -> Vec<u8> {
        (0..length).map(|place| u8::try_from(place * 31 % 251).unwrap()).collect()
    }

    #[tokio::test]
    async fn what_was_written_is_read_piece_by_piece_and_lies_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        for length in [1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 17] {
            let (id, sound) = (chassis::clock::Clock::live().new_id(), sound(length));
            let mut writing = files.write(id);
            for part in sound.chunks(10_000) {
                files.add(&mut writing, part).await.unwrap();
            }
            files.finish(writing).await.unwrap();
            let mut read = Vec::new();
            for number in 0..length.div_ceil(PIECE) as u64 {
                read.extend(files.piece(id, number, length as u64).await.unwrap());
            }
            assert_eq!(read, sound);
            assert!(files.piece(id, 9, 10 * PIECE as u64).await.is_err());
            files.remove(id).await.unwrap();
            files.remove(id).await.unwrap();
            assert!(files.piece(id, 0, length as u64).await.is_err());
        }
    }

    #[tokio::test]
    async fn a_piece_in_another_ones_place_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let (one, other) = (chassis::clock::Clock::live().new_id(), chassis::clock::Clock::live().new_id());
        for id in [one, other] {
            let mut writing = files.write(id);
            files.add(&mut writing, &sound(100)).await.unwrap();
            files.finish(writing).await.unwrap();
        }
        let place = |id| std::path::PathBuf::from(format!("/{}", files.path(id)));
        std::fs::copy(place(one), place(other)).unwrap();
        assert!(files.piece(one, 0, 100).await.is_ok());
        assert!(files.piece(other, 0, 100).await.is_err());
    }

    #[test]
    fn a_range_is_cut_out_of_its_pieces() {
        let sound = sound(2 * PIECE);
        let pieces: Vec<Vec<u8>> = sound.chunks(PIECE).map(<[u8]>::to_vec).collect();
        for range in [0..=0, 5..=9, PIECE as u64 - 1..=PIECE as u64, 0..=2 * PIECE as u64 - 1] {
            let taken: Vec<u8> =
                (0..2).zip(&pieces).flat_map(|(number, piece)| cut(number, piece.clone(), &range)).collect();
            let (first, last) = (*range.start() as usize, *range.end() as usize);
            assert_eq!(taken, sound[first..=last]);
        }
    }
}

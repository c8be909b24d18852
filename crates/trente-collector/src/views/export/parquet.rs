//! Parquet export for programs: columns with types, compressed, one row group after the other.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int32Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use super::{COLUMNS, Column, ExportError, Kind, Value};
use crate::views::response::ResponseRecord;

/// Responses of a row group: some megabytes in memory, and enough for the compression to pay.
const GROUP_ROWS: usize = 8192;

/// Writes a file piece by piece.
pub struct Parquet {
    writer: SerializedFileWriter<Sink>,
    sink: Sink,
    waiting: Vec<ResponseRecord>,
}

/// What is written and not taken yet.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Parquet {
    /// A file without a response.
    ///
    /// # Errors
    /// [`ExportError::Parquet`]
    pub fn new() -> Result<Self, ExportError> {
        let fields = COLUMNS.iter().map(field).collect::<Result<_, _>>()?;
        let schema = Arc::new(Type::group_type_builder("response").with_fields(fields).build()?);
        let properties = Arc::new(WriterProperties::builder().set_compression(Compression::SNAPPY).build());
        let sink = Sink::default();
        Ok(Self { writer: SerializedFileWriter::new(sink.clone(), schema, properties)?, sink, waiting: Vec::new() })
    }

    /// Adds responses; gives the bytes that are ready.
    ///
    /// # Errors
    /// [`ExportError::Parquet`]
    pub fn push(&mut self, responses: Vec<ResponseRecord>) -> Result<Vec<u8>, ExportError> {
        self.waiting.extend(responses);
        while self.waiting.len() >= GROUP_ROWS {
            let rest = self.waiting.split_off(GROUP_ROWS);
            let group = std::mem::replace(&mut self.waiting, rest);
            self.group(&group)?;
        }
        Ok(self.sink.take())
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// [`ExportError::Parquet`]
    pub fn finish(mut self) -> Result<Vec<u8>, ExportError> {
        let rest = std::mem::take(&mut self.waiting);
        if !rest.is_empty() {
            self.group(&rest)?;
        }
        self.writer.close()?;
        Ok(self.sink.take())
    }

    fn group(&mut self, rows: &[ResponseRecord]) -> Result<(), ExportError> {
        let mut group = self.writer.next_row_group()?;
        for column in &COLUMNS {
            write(&mut group, column, rows)?;
        }
        group.close()?;
        Ok(())
    }
}

fn field(column: &Column) -> Result<Arc<Type>, ExportError> {
    let (physical, converted) = match column.kind {
        Kind::Number => (Physical::INT32, ConvertedType::NONE),
        Kind::Truth => (Physical::BOOLEAN, ConvertedType::NONE),
        Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
    };
    let field = Type::primitive_type_builder(column.name, physical).with_converted_type(converted);
    Ok(Arc::new(field.with_repetition(Repetition::OPTIONAL).build()?))
}

fn write(
    group: &mut SerializedRowGroupWriter<'_, Sink>,
    column: &Column,
    rows: &[ResponseRecord],
) -> Result<(), ExportError> {
    // The schema has as many columns as the table.
    let Some(mut writer) = group.next_column()? else { return Ok(()) };
    let (mut numbers, mut truths, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    // 1 where there is a value, 0 where there is none.
    let mut levels = Vec::with_capacity(rows.len());
    for row in rows {
        let there = match (column.of)(row) {
            Value::Number(number) => number.map(|number| numbers.push(number)).is_some(),
            Value::Truth(truth) => {
                truths.push(truth);
                true
            }
            Value::Text(text) => text.map(|text| texts.push(ByteArray::from(text.as_bytes().to_vec()))).is_some(),
        };
        levels.push(i16::from(there));
    }
    match column.kind {
        Kind::Number => writer.typed::<Int32Type>().write_batch(&numbers, Some(&levels), None)?,
        Kind::Truth => writer.typed::<BoolType>().write_batch(&truths, Some(&levels), None)?,
        Kind::Text => writer.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?,
    };
    writer.close()?;
    Ok(())
}

//! Relative importance of several ratings in a regression (LMG, Johnson's weights).
//!
//! **Source**: docs/metrics.md#drivers (Lindeman, Merenda and Gold 1980; Grömping, JSS 17(1), 2006; Johnson,
//! Multivariate Behavioral Research 35:1, 2000).
//! Johnson's weights are disputed (Thomas et al., MBR 49:329, 2014): they are shown with LMG, and alone only where
//! there are too many ratings for it. Both add up to R².
//!
//! Not here: the correlation of a rating that is never seen with another ([`crate::drivers`]).

use nalgebra::{Cholesky, DMatrix, DVector, SymmetricEigen};

/// Ratings above which the orderings of LMG are too many: 2¹² models.
pub const LMG_MAX: usize = 12;
/// An eigenvalue of the correlations below which ratings say the same.
const EIGENVALUE_MIN: f64 = 1e-10;

/// Why importance cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportanceError {
    /// There is no rating, or they are of different lengths.
    #[error("there is nothing to explain the target with")]
    Shape,
    /// Fewer rows than ratings and two.
    #[error("`{rows}` complete rows are too few: `{needed}` are needed")]
    Rows {
        /// How many there are.
        rows: usize,
        /// How many there must be.
        needed: usize,
    },
    /// All values of a column are alike, or too large for their square.
    #[error("column `{0}` does not vary")]
    Constant(usize),
    /// A column is a sum of multiples of others.
    #[error("the columns say the same: one of them follows from the others")]
    Dependent,
}

/// Correlations of ratings with each other and with a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlations {
    among: DMatrix<f64>,
    with: DVector<f64>,
}

/// The importance of each rating, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub struct Importance {
    /// The share of the target's variance that all of them explain, 0..=1.
    pub r2: f64,
    /// Averaged over all orderings; none above [`LMG_MAX`] ratings.
    pub lmg: Option<Vec<f64>>,
    /// Johnson's relative weights.
    pub johnson: Vec<f64>,
}

impl Correlations {
    /// Of the columns with each other and with the target.
    ///
    /// # Errors
    /// [`ImportanceError`]; in [`ImportanceError::Constant`] the target's index comes after the columns'.
    pub fn of_columns(columns: &[Vec<f64>], target: &[f64]) -> Result<Self, ImportanceError> {
        let rows = target.len();
        if columns.is_empty() || columns.iter().any(|column| column.len() != rows) {
            return Err(ImportanceError::Shape);
        }
        let needed = columns.len() + 2;
        if rows < needed {
            return Err(ImportanceError::Rows { rows, needed });
        }
        let all = columns.iter().map(Vec::as_slice).chain([target]).enumerate();
        let units = all.map(|(index, values)| unit(values).ok_or(ImportanceError::Constant(index)));
        let units = units.collect::<Result<Vec<_>, _>>()?;
        let (last, units) = units.split_last().ok_or(ImportanceError::Shape)?;
        let dot = |left: usize, right: usize| match (units.get(left), units.get(right)) {
            (Some(left), Some(right)) if !std::ptr::eq(left, right) => left.dot(right),
            _ => 1.0,
        };
        let among = DMatrix::from_fn(units.len(), units.len(), dot);
        let with = DVector::from_iterator(units.len(), units.iter().map(|unit| unit.dot(last)));
        Ok(Self { among, with })
    }

    /// Given row by row; `with` are those with the target.
    ///
    /// # Errors
    /// [`ImportanceError::Shape`] unless `among` has the square of `with`'s length.
    pub fn new(among: &[f64], with: &[f64]) -> Result<Self, ImportanceError> {
        let n = with.len();
        if n == 0 || n.checked_mul(n) != Some(among.len()) {
            return Err(ImportanceError::Shape);
        }
        Ok(Self { among: DMatrix::from_row_slice(n, n, among), with: DVector::from_row_slice(with) })
    }

    /// Each rating's correlation with the target.
    pub fn with_target(&self) -> &[f64] {
        self.with.as_slice()
    }

    /// The importance of each rating.
    ///
    /// # Errors
    /// [`ImportanceError::Dependent`]
    pub fn importance(&self) -> Result<Importance, ImportanceError> {
        let eigen = SymmetricEigen::new(self.among.clone());
        if !eigen.eigenvalues.iter().all(|value| *value > EIGENVALUE_MIN) {
            return Err(ImportanceError::Dependent);
        }
        let lmg = if self.with.len() <= LMG_MAX { Some(self.lmg()?) } else { None };
        let all = (1u64 << self.with.len().min(63)) - 1;
        let (r2, johnson) = (self.r2_of(all)?, self.johnson(&eigen)?);
        Ok(Importance { r2, lmg, johnson })
    }

    /// For every rating, what it adds to R², averaged over the orderings: over each set S of the others, weighted
    /// with |S|!(p − |S| − 1)!/p!.
    fn lmg(&self) -> Result<Vec<f64>, ImportanceError> {
        let p = self.with.len();
        let explained = (0..1u64 << p).map(|set| self.r2_of(set)).collect::<Result<Vec<_>, _>>()?;
        let r2 = |set: u64| usize::try_from(set).ok().and_then(|set| explained.get(set)).copied().unwrap_or(0.0);
        let factorial = |n: usize| (1..=n).fold(1.0, |product, factor| product * factor as f64);
        let share = |rating: usize| {
            let bit = 1u64 << rating;
            let others = (0..1u64 << p).filter(|set| set & bit == 0);
            others.fold(0.0, |sum, set| {
                let size = set.count_ones() as usize;
                sum + factorial(size) * factorial(p - size - 1) / factorial(p) * (r2(set | bit) - r2(set))
            })
        };
        Ok((0..p).map(share).collect())
    }

    /// R² of the ratings whose bit is set.
    fn r2_of(&self, set: u64) -> Result<f64, ImportanceError> {
        let members: Vec<usize> =
            (0..self.with.len()).filter(|rating| *rating > 63 || set >> rating & 1 == 1).collect();
        if members.is_empty() {
            return Ok(0.0);
        }
        let among = self.among.select_rows(&members).select_columns(&members);
        let with = self.with.select_rows(&members);
        let solved = Cholesky::new(among).ok_or(ImportanceError::Dependent)?.solve(&with);
        Ok(with.dot(&solved))
    }

    /// The ratings are replaced by the nearest orthogonal ones, and what those explain is given back to the ratings.
    fn johnson(&self, eigen: &SymmetricEigen<f64, nalgebra::Dyn>) -> Result<Vec<f64>, ImportanceError> {
        let roots = DMatrix::from_diagonal(&eigen.eigenvalues.map(f64::sqrt));
        let loadings = &eigen.eigenvectors * roots * eigen.eigenvectors.transpose();
        let weights = Cholesky::new(loadings.clone()).ok_or(ImportanceError::Dependent)?.solve(&self.with);
        let squares = |matrix: &DMatrix<f64>| matrix.map(|value| value * value);
        Ok((squares(&loadings) * weights.map(|weight| weight * weight)).iter().copied().collect())
    }
}

/// The values less their mean, of length 1; none when they do not vary.
pub(crate) fn unit(values: &[f64]) -> Option<DVector<f64>> {
    let n = values.len() as f64;
    let mean = values.iter().fold(0.0, |sum, value| sum + value / n);
    let centred = DVector::from_iterator(values.len(), values.iter().map(|value| value - mean));
    // What is left of equal values is the error of their mean.
    let noise = f64::EPSILON * n * values.iter().fold(0.0, |max: f64, value| max.max(value.abs()));
    let length = centred.dot(&centred).sqrt();
    (length.is_finite() && length > noise).then(|| centred / length)
}

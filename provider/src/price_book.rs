//! The price book that the provider block names.

use std::fs;

use parapet_pricing::Book;
use tfplugin::prelude::*;

use crate::provider::Configuration;

/// The user's book over the reference book; none where none is named.
///
/// # Errors
/// The file cannot be read or is no price book: a price that was meant to count must not be passed over.
pub(crate) fn read(config: View<'_, Configuration>) -> Result<Option<Book>> {
    let at = Configuration::paths().price_book;
    let path = match config.get(&at) {
        Known::Null => return Ok(None),
        Known::Unknown => {
            return Err(Error::new("The price book must be known while planning")
                .detail("Give `price_book` the path of a file that is there before Terraform runs.")
                .at(at));
        }
        Known::Value(path) => path,
    };
    let bytes = fs::read(&path).map_err(|error| {
        let detail = format!(
            "{path}: {error}. A relative path begins where Terraform runs; write \"${{path.root}}/prices.json\" for a file beside \
             the configuration."
        );
        Error::new("The price book cannot be read").detail(detail).at(&at)
    })?;
    let book = Book::parse(&path, &bytes).map_err(|error| {
        Error::new("The price book is not valid")
            .detail(format!("{error}. The guide on Spot node groups describes the format."))
            .at(&at)
    })?;
    Ok(Some(book.over(Book::reference())))
}

//! The page about JSON matches the output of the commands.

use expect_test::expect_file;

use crate::support::command_line::printed;

#[test]
fn the_page_about_json_is_that_of_the_schemas() {
    // If it is outdated: `UPDATE_EXPECT=1 cargo test --test it the_page_about_json` regenerates it.
    expect_file!["../../../docs/cli-json.md"].assert_eq(&printed(&["schema", "--markdown"]));
}

#[test]
fn every_field_has_a_description() {
    let page = printed(&["schema", "--markdown"]);
    let fields: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(fields.len() > 100, "{page}");
    let bare: Vec<&&str> = fields.iter().filter(|line| line.trim_end().ends_with("|  |")).collect();
    assert!(bare.is_empty(), "{bare:#?}");
}

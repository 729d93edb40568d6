/** How the columns of a SELECT are labelled. */
export type SelectLabelStyle = "none" | "tablename_plus_col" | "disambiguate_only";

/** No labels of its own accord, even where two columns have the same name. */
export const LABEL_STYLE_NONE: SelectLabelStyle = "none";

/** Every column is labelled `<table>_<column>`. */
export const LABEL_STYLE_TABLENAME_PLUS_COL: SelectLabelStyle = "tablename_plus_col";

/** Only columns whose name is taken already are labelled (`id_1`); the default. */
export const LABEL_STYLE_DISAMBIGUATE_ONLY: SelectLabelStyle = "disambiguate_only";

/** The style of a SELECT that names none. */
export const LABEL_STYLE_DEFAULT: SelectLabelStyle = LABEL_STYLE_DISAMBIGUATE_ONLY;

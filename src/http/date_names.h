/* The names in dates, which are English whatever the locale. */
#ifndef DIAL_HTTP_DATE_NAMES_H
#define DIAL_HTTP_DATE_NAMES_H

#define DIAL_DATE_SHORT 3 /* bytes of a name where it is cut short */

/* From Sunday, and from January. */
extern const char *const dial_date_weekdays[7];
extern const char *const dial_date_months[12];

#endif

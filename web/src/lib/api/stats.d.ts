/** Made by scripts/api-types.ts from openapi/stats.json. */
export interface paths {
    "/api/stats/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Audit */
        get: operations["ApiStatsV1AuditAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AuditLog */
        get: operations["ApiStatsV1AuditLogAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/audit-log/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AuditChain */
        get: operations["ApiStatsV1AuditLogChainAuditChain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/contests/{contest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ContestNumbers */
        get: operations["ApiStatsV1ContestsContestNumbers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/contests/{contest}/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** TotalsStream */
        get: operations["ApiStatsV1ContestsStreamTotalsStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/contests/{contest}/units.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** UnitsTable */
        get: operations["ApiStatsV1ContestsUnitsCsvUnitsTable"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/contests/{contest}/units/{unit}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** UnitNumbers */
        get: operations["ApiStatsV1ContestsUnitsUnitNumbers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/contests/{contest}/units/{unit}/frame": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** UnitFrame */
        get: operations["ApiStatsV1ContestsUnitsFrameUnitFrame"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnExport */
        get: operations["ApiStatsV1MeExportOwnExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/me/export/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnPage */
        get: operations["ApiStatsV1MeExportPageOwnPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/oembed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Oembed */
        get: operations["ApiStatsV1OembedOembed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/series/{series}/contestants/{contestant}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export */
        get: operations["ApiStatsV1SeriesContestantsExportExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/v1/series/{series}/contestants/{contestant}/export/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ExportPage */
        get: operations["ApiStatsV1SeriesContestantsExportPageExportPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Bucket */
        Bucket: {
            at: string;
            attempts?: number | null;
            registrants?: number | null;
        };
        /** CategoryStats */
        CategoryStats: {
            headcount?: number | null;
            participants?: number | null;
            rate?: number | null;
        };
        /** Chain */
        Chain: {
            broken_at: number | null;
            head: components["schemas"]["Head"];
            then: string | null;
            unlinked: number;
        };
        /** ContestNumbers */
        ContestNumbers: {
            contest: components["schemas"]["StatsContest"];
            units: components["schemas"]["StatsUnit"][];
        };
        /** Counts */
        Counts: {
            attempts: number | null;
            participants: number | null;
            perfect: number | null;
            registrants: number | null;
            valid: number | null;
        };
        /** Entry */
        Entry: {
            action: string;
            actor: string;
            /** Format: date-time */
            at: string;
            hash: string;
            id: number;
            new: unknown;
            old: unknown;
            reason: string | null;
            seq: number;
            subject: string;
        };
        /** Export */
        Export: {
            contestant_id: string;
            erased: boolean;
            records: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
            service: string;
        };
        /** Head */
        Head: {
            hash: string;
            rows: number;
        };
        /** Log */
        Log: {
            entries: components["schemas"]["Entry"][];
            next: number | null;
        };
        /** OEmbed */
        OEmbed: {
            cache_age: number;
            height: number;
            html: string;
            provider_name: string;
            provider_url: string;
            title: string;
            type: string;
            version: string;
            width: number;
        };
        /** StatsContest */
        StatsContest: {
            as_of?: {
                [key: string]: string;
            };
            /** @default [] */
            by_day?: components["schemas"]["Bucket"][];
            /** @default [] */
            by_hour?: components["schemas"]["Bucket"][];
            /** Format: date-time */
            closes: string;
            contest_id: string;
            counts: components["schemas"]["Counts"];
            distribution?: number[] | null;
            headcount?: number | null;
            /** Format: date-time */
            opens: string;
            /** @enum {string} */
            phase: "not_open" | "open" | "closing" | "closed" | "published";
            /** @enum {null|string} */
            predicted?: "perfect_contestants" | "perfect_attempts" | "attempts" | "participants" | "registrants" | null;
            /** Format: date-time */
            recorded_at: string;
            /** @default false */
            rehearsal?: boolean;
            series_id: string;
            /** Format: date-time */
            time: string;
            time_zone: string;
            title: components["schemas"]["Text"];
            version: number;
            withheld?: {
                [key: string]: "until_closing" | "few_participants";
            };
        };
        /** StatsUnit */
        StatsUnit: {
            by_category?: {
                [key: string]: components["schemas"]["CategoryStats"];
            };
            contest_id: string;
            counts: components["schemas"]["Counts"];
            headcount?: number | null;
            into?: string | null;
            /** @default unit */
            kind?: string;
            /** @default [] */
            merged?: string[];
            name: components["schemas"]["Text"];
            parent?: string | null;
            rate?: number | null;
            /** Format: date-time */
            recorded_at: string;
            /** @default false */
            rehearsal?: boolean;
            target?: number | null;
            /** Format: date-time */
            time: string;
            unit_id: string;
            version: number;
            withheld?: {
                [key: string]: "until_closing" | "few_participants";
            };
        };
        /** Text */
        Text: {
            en?: string | null;
            vi: string;
        };
        /** UnitFrame */
        UnitFrame: {
            /** Format: date-time */
            as_of: string;
            counts: components["schemas"]["Counts"];
            headcount: number | null;
            name: components["schemas"]["Text"];
            rate: number | null;
            time_zone: string;
            title: components["schemas"]["Text"];
            withheld: {
                [key: string]: "until_closing" | "few_participants";
            };
        };
        /** UnitNumbers */
        UnitNumbers: {
            children: components["schemas"]["StatsUnit"][];
            unit: components["schemas"]["StatsUnit"];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    ApiStatsV1AuditAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    ApiStatsV1AuditLogAuditLog: {
        parameters: {
            query?: {
                who?: string;
                what?: string;
                since?: string | null;
                until?: string | null;
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Log"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1AuditLogChainAuditChain: {
        parameters: {
            query?: {
                at?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Chain"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1ContestsContestNumbers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContestNumbers"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1ContestsStreamTotalsStream: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1ContestsUnitsCsvUnitsTable: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1ContestsUnitsUnitNumbers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
                unit: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnitNumbers"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1ContestsUnitsFrameUnitFrame: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
                unit: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnitFrame"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1MeExportOwnExport: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
        };
    };
    ApiStatsV1MeExportPageOwnPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
        };
    };
    ApiStatsV1OembedOembed: {
        parameters: {
            query: {
                /** @description Address of a board, a unit's page or a widget */
                url: string;
                maxwidth?: number | null;
                maxheight?: number | null;
                format?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OEmbed"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1SeriesContestantsExportExport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series: string;
                contestant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
    ApiStatsV1SeriesContestantsExportPageExportPage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                series: string;
                contestant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Bad request syntax or unsupported method */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        detail: string;
                        extra?: null | {
                            [key: string]: unknown;
                        } | unknown[];
                        status_code: number;
                    };
                };
            };
        };
    };
}

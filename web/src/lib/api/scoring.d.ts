/** Made by scripts/api-types.ts from openapi/scoring.json. */
export interface paths {
    "/api/scoring/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Audit */
        get: operations["ApiScoringV1AuditAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AuditLog */
        get: operations["ApiScoringV1AuditLogAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/audit-log/chain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** AuditChain */
        get: operations["ApiScoringV1AuditLogChainAuditChain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/contests/{contest}/attempts/{attempt}/answers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnAnswers */
        get: operations["ApiScoringV1ContestsAttemptsAnswersOwnAnswers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/contests/{contest}/results": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnResults */
        get: operations["ApiScoringV1ContestsResultsOwnResults"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnExport */
        get: operations["ApiScoringV1MeExportOwnExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/me/export/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OwnPage */
        get: operations["ApiScoringV1MeExportPageOwnPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/republish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Republish */
        post: operations["ApiScoringV1RepublishRepublish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/series/{series}/contestants/{contestant}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export */
        get: operations["ApiScoringV1SeriesContestantsExportExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scoring/v1/series/{series}/contestants/{contestant}/export/page": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** ExportPage */
        get: operations["ApiScoringV1SeriesContestantsExportPageExportPage"];
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
        /** AnsweredQuestion */
        AnsweredQuestion: {
            chosen: string[];
            correct: string[];
            explanation: string | null;
            legal_basis: string | null;
            points: number;
            question_id: string;
            right: boolean;
        };
        /** Answers */
        Answers: {
            attempt_id: string;
            contest_id: string;
            questions: components["schemas"]["AnsweredQuestion"][];
        };
        /** Chain */
        Chain: {
            broken_at: number | null;
            head: components["schemas"]["Head"];
            then: string | null;
            unlinked: number;
        };
        /** Counted */
        Counted: {
            attempt_id: string;
            because: string;
            next_best?: string | null;
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
        /** OwnAttempt */
        OwnAttempt: {
            attempt_id: string;
            duration_ms: number;
            how: string;
            late_ms: number;
            ordinal: number;
            /** @enum {string} */
            reveal: "nothing" | "score" | "answers";
            score: components["schemas"]["Score"] | null;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            submitted_at: string;
            valid: boolean;
            why_not_valid: string | null;
        };
        /** Republished */
        Republished: {
            published: number;
        };
        /** Results */
        Results: {
            attempts: components["schemas"]["OwnAttempt"][];
            closed: boolean;
            contest_id: string;
            counted: components["schemas"]["Counted"] | null;
        };
        /** Score */
        Score: {
            max_points: number;
            perfect: boolean;
            points: number;
            questions: number;
            right: number;
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
    ApiScoringV1AuditAudit: {
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
    ApiScoringV1AuditLogAuditLog: {
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
    ApiScoringV1AuditLogChainAuditChain: {
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
    ApiScoringV1ContestsAttemptsAnswersOwnAnswers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                contest: string;
                attempt: string;
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
                    "application/json": components["schemas"]["Answers"];
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
    ApiScoringV1ContestsResultsOwnResults: {
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
                    "application/json": components["schemas"]["Results"];
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
    ApiScoringV1MeExportOwnExport: {
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
    ApiScoringV1MeExportPageOwnPage: {
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
    ApiScoringV1RepublishRepublish: {
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
                    "application/json": components["schemas"]["Republished"];
                };
            };
        };
    };
    ApiScoringV1SeriesContestantsExportExport: {
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
    ApiScoringV1SeriesContestantsExportPageExportPage: {
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

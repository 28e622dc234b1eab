CREATE TABLE `analytics_events` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `analytics_events_time` ON `analytics_events` (`tenant_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `analytics_events_age` ON `analytics_events` (`at`);--> statement-breakpoint
CREATE TABLE `analytics_uses` (
	`tenant_id` text NOT NULL,
	`hour` integer NOT NULL,
	`what` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `hour`, `what`)
);
--> statement-breakpoint
CREATE INDEX `analytics_uses_age` ON `analytics_uses` (`hour`);--> statement-breakpoint
CREATE TABLE `rollups` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`grain` text NOT NULL,
	`bucket` integer NOT NULL,
	`fetches` integer NOT NULL,
	`renders` integer NOT NULL,
	`views` integer NOT NULL,
	`executions` integer NOT NULL,
	`errors` integer NOT NULL,
	`cached` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_micros` integer NOT NULL,
	`unpriced` integer NOT NULL,
	`feedback_count` integer NOT NULL,
	`feedback_sum` integer NOT NULL,
	`feedback_squares` integer NOT NULL,
	`events` integer NOT NULL,
	`latency` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `subject`, `grain`, `bucket`)
);
--> statement-breakpoint
CREATE INDEX `rollups_time` ON `rollups` (`tenant_id`,`kind`,`grain`,`bucket`);--> statement-breakpoint
CREATE INDEX `rollups_age` ON `rollups` (`grain`,`kind`,`bucket`);